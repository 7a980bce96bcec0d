import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  Modal,
  NavLink,
  Tooltip,
  type VariantColorsResolver,
} from '@mantine/core';

/** Petrol: the colour of what can be acted on. Status colours (green, amber, red) stay free for status. */
const petrol: MantineColorsTuple = [
  '#e8f5fa',
  '#cfe9f2',
  '#a3d4e5',
  '#73bdd6',
  '#4fabca',
  '#2a8fb2',
  '#17799b',
  '#0b6583',
  '#08536c',
  '#053f54',
];

const gray: MantineColorsTuple = [
  '#f6f7f8',
  '#eef0f2',
  '#e4e7ea',
  '#d8dce0',
  '#c3c9cf',
  '#8b95a0',
  '#57606b',
  '#414952',
  '#2a3037',
  '#16191d',
];

const dark: MantineColorsTuple = [
  '#e3e7eb',
  '#c4cbd3',
  '#9ba6b2',
  '#727d89',
  '#333b45',
  '#262d35',
  '#1a1f25',
  '#14181d',
  '#0f1216',
  '#0a0c0f',
];

const fontFamily =
  '-apple-system, BlinkMacSystemFont, "Segoe UI Variable Text", "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Open Sans", sans-serif';
const fontFamilyMonospace =
  'ui-monospace, SFMono-Regular, "Cascadia Mono", "Segoe UI Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

/**
 * Filled parts in our colour take the text that contrasts in the theme in force; Mantine by itself decides by the
 * shade of the light theme.
 */
const variantColors: VariantColorsResolver = (input) => {
  const colours = defaultVariantColorsResolver(input);
  const isOurs = input.color === undefined || input.color === input.theme.primaryColor;
  return input.variant === 'filled' && isOurs
    ? { ...colours, color: 'var(--mantine-primary-color-contrast)' }
    : colours;
};

/** The close button gets a name, and the head of a dialog is not the banner of the page. */
const dialogParts = {
  closeButtonProps: { 'aria-label': 'Close' },
  attributes: { header: { role: 'group' } },
};

export const theme = createTheme({
  variantColorResolver: variantColors,
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 4 },
  colors: { petrol, gray, dark },
  black: '#16191d',
  autoContrast: true,
  luminanceThreshold: 0.3,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  fontFamily,
  fontFamilyMonospace,
  fontSizes: { xs: '11.5px', sm: '13px', md: '13.5px', lg: '15px', xl: '18px' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.45', xl: '1.35' },
  spacing: { xs: '6px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  headings: {
    fontFamily,
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '18px', lineHeight: '1.3' },
      h2: { fontSize: '15px', lineHeight: '1.35' },
      h3: { fontSize: '13.5px', lineHeight: '1.4' },
      h4: { fontSize: '13px', lineHeight: '1.4' },
    },
  },
  components: {
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, withArrow: false, fz: 'xs' } }),
    Modal: Modal.extend({
      defaultProps: {
        ...dialogParts,
        centered: false,
        yOffset: '10vh',
        transitionProps: { duration: 120 },
      },
    }),
    NavLink: NavLink.extend({ defaultProps: { variant: 'subtle' } }),
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', comboboxProps: { shadow: 'md' } } },
    MultiSelect: { defaultProps: { size: 'xs', comboboxProps: { shadow: 'md' } } },
    Autocomplete: { defaultProps: { size: 'xs' } },
    TagsInput: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    Radio: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { size: 'md', variant: 'subtle', color: 'gray' } },
    Menu: { defaultProps: { shadow: 'md', withinPortal: true } },
    Alert: { defaultProps: { radius: 'sm' } },
    Drawer: { defaultProps: { transitionProps: { duration: 140 }, ...dialogParts } },
  },
});

/** Our own names for surfaces, lines, text and status, so that components never mention a theme. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#16191d',
    '--mantine-color-dimmed': '#57606b',
    '--mantine-color-placeholder': '#6b7580',
    '--mantine-color-error': '#b3261e',
    '--a-canvas': '#f4f6f7',
    '--a-surface': '#ffffff',
    '--a-raised': '#ffffff',
    '--a-sunken': '#eff1f3',
    '--a-hover': '#f0f3f5',
    '--a-selected': '#e3f1f6',
    '--a-line': '#e1e5e8',
    '--a-line-strong': '#c3c9cf',
    '--a-text': '#16191d',
    '--a-dim': '#57606b',
    '--a-accent': '#0b6583',
    '--a-brass': '#8a5a00',
    '--a-good': '#136c3e',
    '--a-good-bg': '#e3f4ea',
    '--a-warn': '#855100',
    '--a-warn-bg': '#fdf1d8',
    '--a-bad': '#b3261e',
    '--a-bad-bg': '#fdeae8',
    '--a-info': '#0b6583',
    '--a-info-bg': '#e3f1f6',
    '--a-idle': '#57606b',
    '--a-idle-bg': '#eceef0',
  },
  dark: {
    '--mantine-color-body': '#14181d',
    '--mantine-color-text': '#e3e7eb',
    '--mantine-color-dimmed': '#9ba6b2',
    '--mantine-color-placeholder': '#87929e',
    '--mantine-color-error': '#ff8a80',
    '--a-canvas': '#0f1216',
    '--a-surface': '#14181d',
    '--a-raised': '#1a1f25',
    '--a-sunken': '#0f1216',
    '--a-hover': '#1c2229',
    '--a-selected': '#12303b',
    '--a-line': '#262d35',
    '--a-line-strong': '#3c4651',
    '--a-text': '#e3e7eb',
    '--a-dim': '#9ba6b2',
    '--a-accent': '#6fc3dd',
    '--a-brass': '#e9b44c',
    '--a-good': '#6fd39a',
    '--a-good-bg': '#12301f',
    '--a-warn': '#f0bd5b',
    '--a-warn-bg': '#35280c',
    '--a-bad': '#ff8a80',
    '--a-bad-bg': '#3d1a18',
    '--a-info': '#6fc3dd',
    '--a-info-bg': '#12303b',
    '--a-idle': '#a6b0bb',
    '--a-idle-bg': '#232a31',
  },
});
