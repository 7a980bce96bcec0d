import ReactMarkdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import classes from './Markdown.module.css';

/** Tables, task lists and struck-out text, as GitHub writes them. */
const plugins = [remarkGfm];

/** Text written by people or models, drawn as Markdown. HTML inside is shown as text, remote images are not loaded. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className={classes.markdown}>
      <ReactMarkdown
        remarkPlugins={plugins}
        components={{
          // Headings inside a page start below its own h1 and h2.
          h1: ({ children }) => <h3>{children}</h3>,
          h2: ({ children }) => <h4>{children}</h4>,
          h3: ({ children }) => <h5>{children}</h5>,
          a: ({ href, children }) => (
            <a href={href} target="_blank" rel="noreferrer noopener">
              {children}
            </a>
          ),
          table: ({ children }) => (
            <div className={classes.table}>
              <table>{children}</table>
            </div>
          ),
          // The corner of a table with names on two sides is no heading.
          th: ({ children }) => (children ? <th scope="col">{children}</th> : <td />),
          img: ({ src, alt }) =>
            typeof src === 'string' && src.startsWith('/api/') ? (
              <img src={src} alt={alt ?? ''} />
            ) : (
              <span className="a-dim">[image{alt ? `: ${alt}` : ''}]</span>
            ),
        }}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
}
