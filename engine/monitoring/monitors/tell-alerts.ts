import type { MonitorAlert, WebhookEvent } from '../../../local-api/contract/index.ts';
import type { EventBus } from '../../events/index.ts';
import type { MonitorBook } from './monitor-book.ts';

/**
 * Tells of alerts that were raised or resolved: on the event bus, which pages and the desktop hear, and to webhooks. What is
 * told is marked afterwards, so a crash in between tells it again rather than never.
 */
export async function tellAlerts(options: {
  book: MonitorBook;
  events: Pick<EventBus, 'emit'>;
  /** Tells the webhooks that ask for the event. */
  webhook(event: WebhookEvent, data: Record<string, unknown>): void;
}): Promise<void> {
  for (const alert of await options.book.untold()) {
    emitAlert(options.events, alert, alert.state);
    options.webhook(alert.state === 'firing' ? 'monitor_alert.fired' : 'monitor_alert.resolved', alert);
    await options.book.updateAlert(alert.id, { untold: null });
  }
}

/** On the bus, with a line for the Home page. */
export function emitAlert(
  events: Pick<EventBus, 'emit'>,
  alert: MonitorAlert,
  change: 'firing' | 'resolved' | 'acknowledged',
): void {
  const words = {
    firing: `Alert: ${alert.title}`,
    resolved: `Over: ${alert.title}`,
    acknowledged: `${alert.acknowledged?.by ?? 'Somebody'} looks after: ${alert.title}`,
  };
  events.emit(
    { type: 'monitor.alert', data: { ...alert, change } },
    { text: words[change], link: alert.link ?? `/monitors/${alert.monitorId}` },
  );
}
