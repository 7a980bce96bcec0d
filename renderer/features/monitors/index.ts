export { EditMonitorPage } from './EditMonitorPage.tsx';
export { MonitorPage } from './MonitorPage.tsx';
export { MonitorsPage } from './MonitorsPage.tsx';
export { NewMonitorPage } from './NewMonitorPage.tsx';
