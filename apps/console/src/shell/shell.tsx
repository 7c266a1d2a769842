import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconKeyboard, IconLogout, IconMoon, IconShieldCheck, IconSun } from '@tabler/icons-react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { Revealed } from '../reveal/revealed.js';
import { useSession } from '../session/session.js';
import { PAGES } from './pages.js';
import { useGoKeys } from './use-go-keys.js';

// Dialogs are loaded when they are opened.
const HelpDialog = lazy(() => import('./help-dialog.js').then((part) => ({ default: part.HelpDialog })));

/** The frame around every page: where to go, who one is, what the keys are. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { me, isOneOf, signOut } = useSession();
  const [location] = useLocation();
  const [isHelping, setHelping] = useState(false);
  useGoKeys();
  useHotkeys([
    ['shift+?', () => setHelping(true)],
    ['?', () => setHelping(true)],
  ]);
  return (
    <div className="shell">
      <nav className="rail" aria-label="Pages">
        <Link href="/queue" className="brand" aria-label="Countersign">
          <IconShieldCheck size={24} className="brand-mark" aria-hidden />
          <span className="brand-name">Countersign</span>
        </Link>
        <div className="rail-pages">
          {PAGES.filter(({ roles }) => isOneOf(...roles)).map(({ path, name, icon: Icon }) => (
            <Link
              key={path}
              href={path}
              className={location.startsWith(path) ? 'rail-page rail-page-on' : 'rail-page'}
              aria-current={location.startsWith(path) ? 'page' : undefined}
            >
              <Icon size={19} stroke={1.7} aria-hidden />
              <span>{name}</span>
            </Link>
          ))}
        </div>
        <div className="rail-foot">
          <span className="who" title={`${me.roles.join(', ')} of ${me.tenant_id}`}>
            <Revealed text={me.name} />
            <span className="muted">{me.verified_by === 'loopback' ? 'development mode' : me.tenant_id}</span>
          </span>
          <div className="rail-tools">
            <SchemeToggle />
            <Tool label="Keys" icon={<IconKeyboard size={18} />} onClick={() => setHelping(true)} />
            {signOut && <Tool label="Sign out" icon={<IconLogout size={18} />} onClick={signOut} />}
          </div>
        </div>
      </nav>
      <main className="page">{children}</main>
      {isHelping && (
        <Suspense>
          <HelpDialog opened onClose={() => setHelping(false)} />
        </Suspense>
      )}
    </div>
  );
}

function SchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light') === 'dark';
  return (
    <Tool
      label={isDark ? 'Light colours' : 'Dark colours'}
      icon={isDark ? <IconSun size={18} /> : <IconMoon size={18} />}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    />
  );
}

function Tool(props: { readonly label: string; readonly icon: ReactNode; readonly onClick: () => void }) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={props.label}
      title={props.label}
      onClick={props.onClick}
    >
      {props.icon}
    </ActionIcon>
  );
}
