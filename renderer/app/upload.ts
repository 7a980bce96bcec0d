import { api, type ProblemDetails, type Upload } from '../../local-api/contract/index.ts';
import { ApiError } from './api.ts';

export type UploadOptions = { onProgress: (fraction: number) => void; signal: AbortSignal };

/**
 * Sends a file to the engine. By XMLHttpRequest, since `fetch` cannot say how much has been sent.
 *
 * Rejects with ApiError for a refusal, with a TypeError when the engine cannot be reached, and with an AbortError
 * when `signal` is aborted.
 */
export function uploadFile(file: File, { onProgress, signal }: UploadOptions): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${api.uploads.create.path}?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener('load', () => {
      if (request.status === 201) resolve(request.response as Upload);
      else reject(new ApiError(request.response as ProblemDetails));
    });
    request.addEventListener('error', () => reject(new TypeError('network error while sending the file')));
    request.addEventListener('abort', () => reject(new DOMException('The upload was stopped', 'AbortError')));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
