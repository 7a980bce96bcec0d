import classes from './ArtifactsView.module.css';

/**
 * A page that a run logged, in a frame of its own origin in which nothing runs and nothing is loaded: no scripts, no
 * forms, no links out, no pictures from elsewhere. The policy of the workbench holds inside it as well.
 */
export function HtmlPreview({ html, title, height = 560 }: { html: string; title: string; height?: number }) {
  return (
    <iframe
      className={classes.frame}
      style={{ height }}
      title={title}
      sandbox=""
      srcDoc={`${policy}${html}`}
    />
  );
}

const policy = `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:">`;
