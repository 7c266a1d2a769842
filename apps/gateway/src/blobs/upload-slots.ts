/** Uploads under way. One tenant has half of the room at most, so its slow uploads never keep all others out. */
export class UploadSlots {
  private readonly byTenant = new Map<string, number>();
  private taken = 0;

  /** @param most uploads at the same time, of all tenants */
  constructor(private readonly most: number) {}

  /** Takes room for an upload; false when there is none for this tenant. */
  take(tenant: string): boolean {
    const own = this.byTenant.get(tenant) ?? 0;
    if (this.taken >= this.most || own >= Math.ceil(this.most / 2)) return false;
    this.taken++;
    this.byTenant.set(tenant, own + 1);
    return true;
  }

  /** Gives back what {@link take} took. */
  giveBack(tenant: string): void {
    const left = (this.byTenant.get(tenant) ?? 1) - 1;
    this.taken--;
    if (left === 0) this.byTenant.delete(tenant);
    else this.byTenant.set(tenant, left);
  }
}
