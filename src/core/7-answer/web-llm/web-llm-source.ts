import { SatchelError } from '../../errors.ts';
import { OWN_MLC_MODEL } from '../../service.ts';
import type { ChatEngineOptions } from '../chat-engine.ts';
import { MLC_MODELS } from '../models.ts';
import { mlcModelId, OWNER } from './web-llm-store.ts';

export type WebLlmSettings = Pick<
  ChatEngineOptions,
  'hub' | 'webLlmModel' | 'webLlmLibraries' | 'webLlmWeights' | 'webLlmLibrary'
>;

/** Where the parts of a model are, and what it needs. */
export interface MlcSource {
  readonly id: string;
  /** Folder of weights, tokenizer and configuration, with a final slash. */
  readonly weightsUrl: string;
  readonly libraryUrl: string;
  readonly needsShaderF16: boolean;
  readonly thinks: boolean;
  /** Tokens of prompt and answer together. */
  readonly contextWindow: number;
}

/** For models that no catalogue knows. */
const CONTEXT_WINDOW = 4096;

/**
 * @throws SatchelError `chat-model-missing` for an id that is not in the catalogue; `model-unreachable` (details:
 * model, file, url, status) for an address that is none.
 */
export function mlcSource(settings: WebLlmSettings): MlcSource {
  if (settings.webLlmModel === OWN_MLC_MODEL) return ownSource(settings);
  const model = MLC_MODELS.find(({ id }) => id === settings.webLlmModel);
  if (!model) throw new SatchelError('chat-model-missing', { model: settings.webLlmModel });
  const { id, contextWindow, library, thinks = false, needs = [] } = model;
  return {
    id,
    weightsUrl: revisionUrl(`${withSlash(settings.hub)}${OWNER}/${id}`, id),
    libraryUrl: checked(`${withSlash(settings.webLlmLibraries)}${library}`, id),
    needsShaderF16: needs.includes('shader-f16'),
    thinks,
    contextWindow,
  };
}

/** Names of MLC's builds say what they are: Qwen3-8B-q4f16_1-MLC has 16-bit scales. */
function ownSource({ webLlmWeights, webLlmLibrary }: WebLlmSettings): MlcSource {
  const weightsUrl = revisionUrl(webLlmWeights, OWN_MLC_MODEL);
  return {
    id: mlcModelId(weightsUrl),
    weightsUrl,
    libraryUrl: checked(webLlmLibrary, OWN_MLC_MODEL),
    needsShaderF16: /q\df16/.test(weightsUrl + webLlmLibrary),
    thinks: /qwen3/i.test(weightsUrl),
    contextWindow: CONTEXT_WINDOW,
  };
}

/** As the package completes it, so that both name a file by the same address. */
function revisionUrl(repository: string, model: string): string {
  const url = withSlash(repository);
  return checked(/.\/resolve\/.+\//.test(url) ? url : `${url}resolve/main/`, model);
}

function checked(url: string, model: string): string {
  if (!URL.canParse(url)) throw new SatchelError('model-unreachable', { model, file: '', url, status: 0 });
  return new URL(url).href;
}

const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);
