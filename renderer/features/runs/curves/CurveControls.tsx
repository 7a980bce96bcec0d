import { Button, NumberInput, Popover, Select, Slider, Switch, TextInput } from '@mantine/core';
import { IconAdjustments, IconZoomReset } from '@tabler/icons-react';
import classes from '../CurvesView.module.css';
import type { CardSize, CurveSettings } from './curve-settings.ts';

type Props = {
  settings: CurveSettings;
  onSettings: (change: Partial<CurveSettings>) => void;
  metricKeys: readonly string[];
  isGrouped: boolean;
};

const most: Record<CurveSettings['smoother'], number> = { ema: 0.99, average: 50, gaussian: 25 };
const bands = [
  { value: 'std', label: '± standard deviation' },
  { value: 'error', label: '± standard error' },
  { value: 'interval', label: '95 % confidence interval' },
  { value: 'range', label: 'Lowest to highest' },
  { value: 'none', label: 'No band' },
];
const axes = [
  { value: 'step', label: 'Step' },
  { value: 'relative', label: 'Time since start' },
  { value: 'wall', label: 'Time of day' },
];
const smoothers = [
  { value: 'ema', label: 'Exponential, by distance' },
  { value: 'average', label: 'Running average' },
  { value: 'gaussian', label: 'Gaussian' },
];

/** What is set for all pictures at once: metrics shown, axis, smoothing, scales. */
export function CurveControls({ settings, onSettings, metricKeys, isGrouped }: Props) {
  const { smoother, smoothing } = settings;
  return (
    <div className={classes.controls}>
      <TextInput
        placeholder="Find a metric"
        aria-label="Find a metric"
        value={settings.find}
        onChange={(event) => onSettings({ find: event.currentTarget.value })}
      />
      <Select
        aria-label="Horizontal axis"
        value={settings.axis}
        onChange={(axis) => axis && onSettings({ axis, from: '', to: '' })}
        data={[
          { group: 'Along', items: axes },
          {
            group: 'Along a metric',
            items: metricKeys.map((key) => ({ value: `metric ${key}`, label: key })),
          },
        ]}
        searchable
        allowDeselect={false}
        w={170}
      />
      <div className={classes.smoothing}>
        <span id="curves-smoothing">Smoothing</span>
        <Slider
          className={classes.slider}
          min={0}
          max={most[smoother]}
          step={smoother === 'ema' ? 0.01 : 1}
          value={smoothing}
          onChange={(amount) => onSettings({ smoothing: amount })}
          label={(value) => (smoother === 'ema' ? value.toFixed(2) : `${value} points`)}
          thumbProps={{ 'aria-labelledby': 'curves-smoothing' }}
          size="sm"
        />
      </div>
      {isGrouped ? (
        <Select
          aria-label="Band around the mean"
          data={bands}
          value={settings.band}
          onChange={(band) => band && onSettings({ band: band as CurveSettings['band'] })}
          allowDeselect={false}
          w={190}
        />
      ) : null}
      <Popover position="bottom-end" shadow="md" width={270} trapFocus>
        <Popover.Target>
          <Button variant="default" leftSection={<IconAdjustments size={15} />}>
            Look
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Look settings={settings} onSettings={onSettings} />
        </Popover.Dropdown>
      </Popover>
      {settings.from === '' ? null : (
        <Button
          variant="light"
          leftSection={<IconZoomReset size={15} />}
          onClick={() => onSettings({ from: '', to: '' })}
        >
          Show everything
        </Button>
      )}
    </div>
  );
}

function Look({ settings, onSettings }: Pick<Props, 'settings' | 'onSettings'>) {
  return (
    <div className={classes.look}>
      <Select
        label="Kind of smoothing"
        data={smoothers}
        value={settings.smoother}
        onChange={(kind) => kind && onSettings({ smoother: kind as CurveSettings['smoother'], smoothing: 0 })}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
      />
      <NumberInput
        label={settings.smoother === 'ema' ? 'Weight of what was before' : 'Points'}
        value={settings.smoothing}
        min={0}
        max={most[settings.smoother]}
        step={settings.smoother === 'ema' ? 0.05 : 1}
        onChange={(value) => onSettings({ smoothing: typeof value === 'number' ? value : 0 })}
      />
      <Select
        label="Size of the charts"
        data={[
          { value: 'small', label: 'Small' },
          { value: 'medium', label: 'Medium' },
          { value: 'large', label: 'Large' },
        ]}
        value={settings.size}
        onChange={(size) => size && onSettings({ size: size as CardSize, sizes: [] })}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
      />
      <Switch
        label="Logarithmic values"
        checked={settings.logY}
        onChange={(event) => onSettings({ logY: event.currentTarget.checked })}
      />
      <Switch
        label="Logarithmic axis"
        checked={settings.logX}
        onChange={(event) => onSettings({ logX: event.currentTarget.checked, from: '', to: '' })}
      />
      <Switch
        label="Ignore outliers"
        checked={settings.outliers}
        onChange={(event) => onSettings({ outliers: event.currentTarget.checked })}
      />
    </div>
  );
}
