import { createOcrService, type OcrService } from '../src/core/1-parse/ocr/ocr-service.ts';
import { loadTesseract } from '../src/core/1-parse/ocr/tesseract.ts';
import { serve } from '../src/rpc/server.ts';

serve<OcrService>(self, createOcrService(loadTesseract));
