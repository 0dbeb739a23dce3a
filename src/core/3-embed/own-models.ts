// One vendored file stands for all: the bundler knows where the app's public files end up, whatever the base
// path and wherever the worker's script lies.
import config from '/models/multilingual-e5-small/config.json?url';

/** Base URL of the models that the app's own origin serves. */
export const OWN_MODELS = new URL('..', new URL(config, globalThis.location.href)).href;
