import { Button, Menu } from '@mantine/core';
import { IconBraces, IconDownload, IconFileTypeHtml, IconFileTypePdf } from '@tabler/icons-react';

const formats = [
  { format: 'html', label: 'HTML, one file', icon: IconFileTypeHtml },
  { format: 'pdf', label: 'PDF', icon: IconFileTypePdf },
  { format: 'json', label: 'JSON, as the API gives it', icon: IconBraces },
] as const;

/** A report as a file, to be sent to somebody or kept. `path` is that of the report in the API: drift-reports/drf_1. */
export function ExportReport({ path }: { path: string }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={15} />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map(({ format, label, icon: Icon }) => (
          <Menu.Item
            key={format}
            component="a"
            href={`/api/v1/${path}/export?format=${format}`}
            download
            leftSection={<Icon size={15} />}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
