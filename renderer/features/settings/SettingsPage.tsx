import { useChangeSettings, useSettings } from '../../app/preferences.ts';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { ApiAccess } from './ApiAccess.tsx';
import { OpenLineagePanel } from './OpenLineagePanel.tsx';
import { SettingRow } from './SettingRow.tsx';
import classes from './SettingsPage.module.css';
import { fieldsOf, labelOf, valueAt } from './setting-fields.ts';
import { WebhooksPanel } from './WebhooksPanel.tsx';
import { WorkspaceFacts } from './WorkspaceFacts.tsx';

const groupTitles: Record<string, string> = {
  jobs: 'Jobs',
  tracking: 'Tracking',
  serving: 'Predictions',
  ui: 'Appearance',
  webhooks: 'Sending webhooks',
  backups: 'Backups',
  log: 'Engine log',
};

/** Settings of the workspace, drawn from the schema the engine sends; what the workspace is; how to reach its API. */
export function SettingsPage() {
  const settings = useSettings();
  const change = useChangeSettings();
  return (
    <Page>
      <PageHeader
        title="Settings"
        description="Kept in config.yaml of the workspace. Changes take hold at once."
      />
      <div className={classes.columns}>
        <div className={classes.main}>
          <QueryView query={settings}>
            {({ settings: values, sources, schema }) =>
              [...Map.groupBy(fieldsOf(schema), (field) => field.group)].map(([group, fields]) => (
                <Panel key={group} title={groupTitles[group] ?? labelOf(group)}>
                  {fields.map((field) => (
                    <SettingRow
                      key={field.key}
                      field={field}
                      value={valueAt(values, field.key)}
                      source={sources[field.key] ?? 'default'}
                      onChange={(value) => change({ [field.key]: value })}
                    />
                  ))}
                </Panel>
              ))
            }
          </QueryView>
          <OpenLineagePanel />
          <WebhooksPanel />
        </div>
        <div className={classes.side}>
          <WorkspaceFacts />
          <ApiAccess />
        </div>
      </div>
    </Page>
  );
}
