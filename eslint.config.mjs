import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const noFrameworks = ['@nestjs/*', 'typeorm', 'pg', '@nats-io/*'];
const libs = ['type:kernel', 'type:contract', 'type:engine', 'type:adapter', 'type:host'];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/out-tsc/**', '**/*.mjs', '.countersign/**', 'examples/**'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          // Chosen by an export condition: crash tests put another module in its place.
          allow: ['#faults'],
          depConstraints: [
            { sourceTag: 'type:kernel', onlyDependOnLibsWithTags: [], bannedExternalImports: noFrameworks },
            {
              sourceTag: 'type:contract',
              onlyDependOnLibsWithTags: ['type:kernel'],
              bannedExternalImports: noFrameworks,
            },
            {
              sourceTag: 'type:engine',
              onlyDependOnLibsWithTags: ['type:kernel', 'type:contract', 'type:engine'],
              bannedExternalImports: noFrameworks,
            },
            { sourceTag: 'type:adapter', onlyDependOnLibsWithTags: ['type:kernel', 'type:contract'] },
            {
              sourceTag: 'type:host',
              onlyDependOnLibsWithTags: ['type:kernel', 'type:contract', 'type:engine', 'type:adapter'],
            },
            { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['type:kernel', 'type:contract'] },
            { sourceTag: 'type:app', onlyDependOnLibsWithTags: [...libs, 'type:testing'] },
            {
              sourceTag: 'type:composition',
              onlyDependOnLibsWithTags: [...libs, 'type:app', 'type:tool', 'type:testing'],
            },
            // It knows the platform by its API alone.
            {
              sourceTag: 'type:console',
              onlyDependOnLibsWithTags: [],
              bannedExternalImports: noFrameworks,
            },
            { sourceTag: 'type:testing', onlyDependOnLibsWithTags: [...libs, 'type:tool'] },
            {
              sourceTag: 'type:test',
              onlyDependOnLibsWithTags: [
                ...libs,
                'type:app',
                'type:composition',
                'type:tool',
                'type:testing',
                'type:console',
              ],
            },
          ],
        },
      ],
    },
  },
);
