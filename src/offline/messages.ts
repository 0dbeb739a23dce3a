/** What the page says to the service worker. Both sides import this, so neither can drift. */
export type ServiceWorkerMessage =
  /** Hosts that pages and workers started from now on may contact. Answered on the transferred port. */
  | { readonly type: 'allow-connections'; readonly origins: readonly string[] }
  /** Replaces the version that is in control. Sent only when the person agrees: tabs reload. */
  | { readonly type: 'activate-update' };

export interface AllowConnectionsReply {
  readonly type: 'connections-allowed';
}
