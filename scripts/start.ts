import { ensureBuilt } from './ensure-built.ts';
import { startServer } from './serve.ts';

// The same port each time: the browser keeps a library per origin, and a port is part of an origin.
const PORT = 4173;

await ensureBuilt();
const { url } = await startServer(PORT).catch((error: unknown) => {
  console.error(`Port ${PORT} of 127.0.0.1 can't be used: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
});
console.log(`Satchel is at ${url} (Ctrl+C ends it)`);
