import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import classes from './landing.module.css';
import { type Prediction, type Protocol, protocols } from './requests.ts';
import { type Language, languages, snippetOf } from './snippets.ts';

/** The prediction that is shown as code: a protocol and a language at a time. */
export function Snippets({ prediction }: { prediction: Prediction }) {
  const [protocol, setProtocol] = useState<Protocol>('assay');
  const [language, setLanguage] = useState<Language>('curl');
  const names = [...protocols, ...languages];
  const label = [language, protocol].map((id) => names.find((item) => item.id === id)?.label).join(', ');
  return (
    <div className={classes.snippets}>
      <div className={classes.choices}>
        <SegmentedControl
          value={protocol}
          onChange={(id) => setProtocol(protocols.find((item) => item.id === id)?.id ?? 'assay')}
          data={protocols.map((item) => ({ value: item.id, label: item.label }))}
          aria-label="Protocol of the call"
        />
        <SegmentedControl
          value={language}
          onChange={(id) => setLanguage(languages.find((item) => item.id === id)?.id ?? 'curl')}
          data={languages.map((item) => ({ value: item.id, label: item.label }))}
          aria-label="The same call as code"
        />
      </div>
      <CodeBlock
        code={snippetOf(prediction, protocol, language)}
        label={`This prediction: ${label}`}
        maxHeight={300}
      />
      <p className={classes.footnote}>The token is in the file “token” of the workspace folder.</p>
    </div>
  );
}
