export { EndpointPage } from './EndpointPage.tsx';
export { EndpointsPage } from './EndpointsPage.tsx';
