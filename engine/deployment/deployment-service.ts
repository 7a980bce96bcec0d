import type {
  DeploymentDocument,
  DeploymentFiles,
  DeploymentFormat,
  Job,
} from '../../local-api/contract/index.ts';

export type DeploymentRequest = {
  format: DeploymentFormat;
  environment: string | null;
  document: DeploymentDocument;
};

/** Files that run a version elsewhere. Versions are named 1.2.0 or @alias. */
export type DeploymentService = {
  /** A document to begin with, and the JSON Schema of deployments. Errors: models/*-not-found, models/no-onnx. */
  document(
    model: string,
    version: string,
  ): Promise<{ document: DeploymentDocument; schema: Record<string, unknown> }>;
  /** Writes nothing. Errors: also deployments/bad-document, deployments/no-such-environment. */
  preview(model: string, version: string, request: DeploymentRequest): Promise<DeploymentFiles>;
  /**
   * Submits a job that writes the files into a folder and gives an ExportResult.
   * Errors: also request/invalid, export/target-exists, export/no-server.
   */
  export(
    model: string,
    version: string,
    request: DeploymentRequest & { path?: string | undefined; overwrite: boolean },
    parentJobId?: string | null,
  ): Promise<Job>;
};
