import './app/app.css';
import { mount } from 'svelte';
import AppView from './app/App.svelte';
import { createApp } from './app/context.ts';
import { isolatePage, registerServiceWorker } from './app/service-worker.ts';
import { connectServices } from './app/services.ts';
import { I18n } from './app/state/i18n.svelte.ts';
import { SettingsState } from './app/state/settings.svelte.ts';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

const settings = new SettingsState();
const services = connectServices(() => settings.retrieval);
const app = createApp(services, settings, await I18n.create(settings));
mount(AppView, { target, props: { app } });

// Workers get threads and their policy only on an isolated page; the first visit to some hosts reloads for it.
void isolatePage().then(() => app.start());
void registerServiceWorker((update) => app.offline.offerUpdate(update)).then((status) => {
  if (status === 'ready-offline') app.offline.markReady();
});
