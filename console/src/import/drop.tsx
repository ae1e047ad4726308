import { DropZone } from 'react-aria-components/DropZone';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { Text } from 'react-aria-components/Text';
import { Button } from '../ui/button';

/** Takes a document that is dropped, pasted or chosen. */
export function Drop({ onFile, isDisabled }: { readonly onFile: (file: File) => void; readonly isDisabled: boolean }) {
  return (
    <DropZone
      className="drop"
      isDisabled={isDisabled}
      onDrop={({ items }) => {
        const dropped = items.find((item) => item.kind === 'file');
        if (dropped !== undefined) void dropped.getFile().then(onFile);
      }}
    >
      <Text slot="label">Drop an OpenAPI document here, JSON or YAML</Text>
      <FileTrigger
        acceptedFileTypes={['.json', '.yaml', '.yml']}
        onSelect={(files) => {
          const [file] = files ?? [];
          if (file !== undefined) onFile(file);
        }}
      >
        <Button isDisabled={isDisabled}>Choose a file</Button>
      </FileTrigger>
    </DropZone>
  );
}
