import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { ROOT } from '@countersign/standalone';

/** Where pictures of the pages are left, for who wants to look at them. */
export const PICTURES = join(ROOT, '.countersign/screenshots');

/** The console in a browser, as a reviewer uses it, and what the browser complained about. */
export class ConsolePage {
  /** Errors of scripts and of the page's policy, and requests to any other place than the gateway. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly url: string,
  ) {}

  static async open(context: BrowserContext, url: string, path = '/'): Promise<ConsolePage> {
    const console = new ConsolePage(await context.newPage(), url);
    console.listen();
    await console.page.goto(`${url}${path}`);
    return console;
  }

  get queue(): Locator {
    return this.page.getByRole('listbox', { name: 'Waiting approvals' });
  }

  /** What the page shows of the request that is selected. */
  get approval(): Locator {
    return this.page.locator('article.approval');
  }

  get payload(): Locator {
    return this.approval.getByTestId('payload').first();
  }

  get decisionBar(): Locator {
    return this.page.getByTestId('decision-bar');
  }

  /** The row of the request whose topic ends so. */
  row(text: string): Locator {
    return this.queue.getByRole('option').filter({ hasText: text });
  }

  async picture(name: string): Promise<void> {
    await mkdir(PICTURES, { recursive: true });
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }

  private listen(): void {
    this.page.on('pageerror', (error) => this.complaints.push(String(error)));
    this.page.on('console', (message) => {
      // Answers that the API refuses are told on the page; browsers write them here as well.
      const isRefusal = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isRefusal) this.complaints.push(message.text());
    });
    this.page.on('request', (request) => {
      if (!request.url().startsWith(`${this.url}/`) && !request.url().startsWith('data:'))
        this.complaints.push(`a request to ${request.url()}`);
    });
  }
}
