import {
  IconChecklist,
  IconGavel,
  IconHeartbeat,
  IconListDetails,
  IconEyeCheck,
  IconPackageExport,
  IconScript,
  type Icon,
} from '@tabler/icons-react';
import type { Role } from '../api/types.js';

/** A page of the console and who may see it: whom the API lets read what it shows. */
export interface PageEntry {
  readonly path: string;
  readonly name: string;
  readonly icon: Icon;
  readonly roles: readonly Role[];
}

export const PAGES: readonly PageEntry[] = [
  { path: '/queue', name: 'Queue', icon: IconChecklist, roles: ['reviewer', 'auditor', 'operator'] },
  { path: '/output', name: 'Output', icon: IconPackageExport, roles: ['reviewer', 'auditor', 'operator'] },
  { path: '/reviews', name: 'Reviews', icon: IconEyeCheck, roles: ['reviewer', 'auditor', 'operator'] },
  {
    path: '/jobs',
    name: 'Jobs',
    icon: IconListDetails,
    roles: ['producer', 'reviewer', 'auditor', 'operator'],
  },
  { path: '/policies', name: 'Policies', icon: IconGavel, roles: ['reviewer', 'auditor', 'operator'] },
  { path: '/audit', name: 'Audit', icon: IconScript, roles: ['auditor', 'operator'] },
  {
    path: '/system',
    name: 'System',
    icon: IconHeartbeat,
    roles: ['producer', 'worker', 'reviewer', 'auditor', 'operator'],
  },
];
