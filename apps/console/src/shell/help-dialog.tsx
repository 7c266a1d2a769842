import { Kbd, Modal, Table } from '@mantine/core';

const KEYS: readonly (readonly [string, string])[] = [
  ['j / ↓', 'next request'],
  ['k / ↑', 'previous request'],
  ['a', 'approve; Enter confirms, Esc goes back'],
  ['d', 'deny; Enter confirms, Esc goes back'],
  ['e', 'edit the parameters and approve'],
  ['x', 'mark, to answer several at once'],
  ['X', 'mark all alike: same rule, agent, topic and shape'],
  ['g q', 'queue'],
  ['g o', 'outputs in quarantine'],
  ['g r', 'what is reviewed afterwards'],
  ['g j', 'jobs'],
  ['g p', 'policies'],
  ['g a', 'audit'],
  ['g s', 'system'],
  ['?', 'these keys'],
];

/** What can be done by keyboard. */
export function HelpDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" lockScroll={false}>
      <Table>
        <Table.Tbody>
          {KEYS.map(([key, what]) => (
            <Table.Tr key={key}>
              <Table.Td>
                <Kbd>{key}</Kbd>
              </Table.Td>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
