import { Alert, Center, Loader } from '@mantine/core';
import { wordsOf } from '../api/problem.js';

/** Something that is not there yet, or why it will not come. */
export function Waiting({ error }: { readonly error?: Error | null }) {
  if (error)
    return (
      <Alert color="red" role="alert" m="md">
        {wordsOf(error)}
      </Alert>
    );
  return (
    <Center p="xl">
      <Loader size="sm" aria-label="Loading" />
    </Center>
  );
}
