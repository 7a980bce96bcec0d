import { useRouter } from '@tanstack/react-router';
import { useRef } from 'react';
import { toast } from '../../components/toasts.tsx';
import { desktop } from '../desktop.ts';
import { useEngineEvent } from '../events.ts';
import { followJob } from '../followed-jobs.ts';
import { paths } from '../paths.ts';

/** Whether a browser would ask the person now; the desktop app notifies by itself. */
export function canAskForNotices(): boolean {
  return desktop === undefined && 'Notification' in window && Notification.permission === 'default';
}

export async function askForNotices(): Promise<void> {
  await Notification.requestPermission();
}

/**
 * Says on the page, and on the computer where that is allowed and nobody looks at the page, that a monitor has raised an
 * alert. The jobs of checks end silently: what they find is what matters.
 */
export function useAlertNotices(): void {
  const router = useRouter();
  const checking = useRef(new Map<string, () => void>());
  useEngineEvent('monitor.changed', ({ monitorId, change, jobId }) => {
    if (change === 'checking' && jobId !== null) checking.current.set(monitorId, followJob(jobId));
    if (change !== 'checked') return;
    checking.current.get(monitorId)?.();
    checking.current.delete(monitorId);
  });
  useEngineEvent('monitor.alert', (alert) => {
    if (alert.change === 'acknowledged') return;
    const isFiring = alert.change === 'firing';
    const href = alert.link ?? paths.monitor(alert.monitorId);
    toast({
      id: `alert-${alert.id}`,
      title: isFiring ? alert.title : `Over: ${alert.title}`,
      text: isFiring ? alert.text : `${alert.monitor} is fine again.`,
      tone: isFiring ? (alert.severity === 'info' ? 'info' : 'bad') : 'good',
      link: { href, label: 'Look at it' },
    });
    if (!isFiring || desktop !== undefined || !document.hidden) return;
    if (!('Notification' in window) || Notification.permission !== 'granted') return;
    // Of the same tag: tabs of one browser show one.
    const notice = new Notification(alert.title, { body: alert.text, tag: alert.id });
    notice.onclick = () => {
      window.focus();
      router.history.push(href);
    };
  });
}
