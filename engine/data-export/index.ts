export { createDataExportService, type DataExportService } from './create-data-export-service.ts';
