import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Service } from '@countersign/contracts';
import { PLATFORM_CONFIG, sweeperOf, type PlatformConfig, type Sweeper } from '@countersign/service-kit';
import { parseKeyRing, WarrantSigner } from '@countersign/warrant';

/** How often the file of keys is looked at, in milliseconds: a rotation is taken up that soon. */
const LOOK_EVERY_MS = 2_000;

/**
 * The keys that warrants are signed with, and the signer that has them. They may rotate while the scheduler runs: a
 * file that changed is taken up, one that can't be read is reported and the keys from before go on.
 */
@Injectable()
export class WarrantKeys implements OnModuleInit {
  private readonly logger = new Logger(Service.Scheduler);
  private text: string | undefined;
  private current: WarrantSigner | undefined;

  constructor(
    @Inject(PLATFORM_CONFIG) private readonly config: Pick<PlatformConfig, 'secrets'>,
    @Inject(sweeperOf(Service.Scheduler)) private readonly sweeper: Pick<Sweeper, 'every'>,
  ) {}

  /** Throws when there are no keys: without any the scheduler must not start. */
  async onModuleInit(): Promise<void> {
    await this.look();
    this.sweeper.every('warrant keys', LOOK_EVERY_MS, () => this.look());
  }

  /** Signs with the key that is active now. */
  get signer(): WarrantSigner {
    if (!this.current) throw new Error('the warrant keys were not read yet');
    return this.current;
  }

  private async look(): Promise<void> {
    const text = await this.config.secrets.warrantKeys();
    if (text === this.text) return;
    const signer = await WarrantSigner.open(parseKeyRing(text));
    this.text = text;
    this.current = signer;
    this.logger.log({
      message: 'warrant keys were read',
      active: signer.kid,
      keys: signer.publicKeys.keys.length,
    });
  }
}
