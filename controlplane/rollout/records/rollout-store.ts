import { randomUUID } from "node:crypto";
import { pageOf, startOf } from "../../database/page.ts";
import type { Db, RolloutRow } from "../../database/schema.ts";
import type { Session, Writing } from "../../database/session.ts";
import {
  ACTIVE_STATES,
  type RolloutProgress,
  type RolloutRecord,
  type RolloutState,
  type RolloutStore,
  type StepRecord,
} from "./rollout-records.ts";
import { isSameProgress, nodeId, placesOf, rolloutOf, stepOf } from "./rollout-rows.ts";

/** Milliseconds for which a rollout that is over is listed. */
export const KEPT = 90 * 24 * 60 * 60 * 1000;

export class KyselyRolloutStore implements RolloutStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  writeBackOnFailure(secret: string): Promise<void> {
    return this.#session.write(async (tx) => void tx.revertible.add(secret));
  }

  begin(draft: Parameters<RolloutStore["begin"]>[0]): Promise<RolloutRecord> {
    return this.#session.write(async (tx) => {
      const { organization, secret, version, creator, wantsWriteBack } = draft;
      const containers = draft.containers.map((each) => ({ ...each, well: false }));
      await supersede(tx, organization, secret, version);
      const row: RolloutRow = {
        ...{ organization, secret, version, creator, id: await freeId(tx, organization) },
        ...{
          state: "RUNNING",
          problem: "",
          problem_target: "",
          write_back: wantsWriteBack ? "wanted" : "none",
        },
        ...{ create_time: tx.now, end_time: null, revision: tx.revision },
        ...{ containers: placesOf(containers), total: containers.length, done: 0 },
      };
      await tx.db.insertInto("rollouts").values(row).execute();
      return rolloutOf(row);
    });
  }

  supersede(organization: string, secret: string, version: number): Promise<void> {
    return this.#session.write((tx) => supersede(tx, organization, secret, version));
  }

  progress(rollout: RolloutRecord, found: RolloutProgress): Promise<void> {
    const { organization, id, name, state } = rollout;
    if (isSameProgress(rollout, found)) return Promise.resolve();
    return this.#session.write(async (tx) => {
      const ended = isActive(found.state) ? null : tx.now;
      await tx.db
        .updateTable("rollouts")
        .set({
          ...{ state: found.state, problem: found.problem, total: found.total, done: found.done },
          ...{ problem_target: found.problemTarget, containers: placesOf(found.containers) },
          ...{ write_back: found.writeBack ?? rollout.writeBack, end_time: ended },
        })
        .where("organization", "=", organization)
        .where("id", "=", id)
        .execute();
      const news = found.state !== state;
      if (news) tx.changed("rollout", found.state === "HALTED" ? "halted" : "updated", organization, name);
    });
  }

  find(organization: string, id: string): Promise<RolloutRecord | undefined> {
    return this.#session.read(async (db) => {
      const row = await ofOrganization(db, organization).where("id", "=", id).executeTakeFirst();
      return row === undefined ? undefined : rolloutOf(row);
    });
  }

  list(organization: string, page: Parameters<RolloutStore["list"]>[1]): ReturnType<RolloutStore["list"]> {
    const list = JSON.stringify(["rollouts", organization]);
    const start = startOf(page, list);
    return this.#session.read(async (db) => {
      let query = ofOrganization(db, organization);
      if (start.after !== undefined) {
        const [revision, id] = JSON.parse(start.after) as [number, string];
        query = query.where((e) =>
          e.or([e("revision", "<", revision), e.and([e("revision", "=", revision), e("id", "<", id)])]),
        );
      }
      const rows = await query.orderBy("revision", "desc").orderBy("id", "desc").limit(start.limit).execute();
      const key = (row: RolloutRow) => JSON.stringify([row.revision, row.id]);
      return pageOf(rows, start, list, { key, item: rolloutOf });
    });
  }

  ofVersion(organization: string, secret: string, version: number): Promise<RolloutRecord | undefined> {
    return this.#session.read(async (db) => {
      const row = await ofOrganization(db, organization)
        .where("secret", "=", secret)
        .where("version", "=", version)
        .orderBy("revision", "desc")
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? undefined : rolloutOf(row);
    });
  }

  active(organization: string, secret?: string): Promise<readonly RolloutRecord[]> {
    return this.#session.read(async (db) => {
      let query = ofOrganization(db, organization).where("state", "in", ACTIVE_STATES);
      if (secret !== undefined) query = query.where("secret", "=", secret);
      return (await query.orderBy("revision").orderBy("id").execute()).map(rolloutOf);
    });
  }

  busyOrganizations(): Promise<readonly string[]> {
    return this.#session.read(async (db) => {
      const rollouts = await db
        .selectFrom("rollouts")
        .select("organization")
        .distinct()
        .where("state", "in", ACTIVE_STATES)
        .execute();
      const steps = await db.selectFrom("rollout_steps").select("organization").distinct().execute();
      return [...new Set([...rollouts, ...steps].map(({ organization }) => organization))];
    });
  }

  purgeExpired(): Promise<number> {
    return this.#session.write(async (tx) => {
      const { numDeletedRows } = await tx.db
        .deleteFrom("rollouts")
        .where("end_time", "<=", tx.now - KEPT)
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    });
  }

  countByState(): Promise<ReadonlyMap<RolloutState, number>> {
    return this.#session.read(async (db) => {
      const rows = await db
        .selectFrom("rollouts")
        .select((e) => ["state", e.fn.countAll<number>().as("count")])
        .groupBy("state")
        .execute();
      return new Map(rows.map(({ state, count }) => [state as RolloutState, Number(count)]));
    });
  }

  steps(organization: string): Promise<readonly StepRecord[]> {
    return this.#session.read(async (db) => {
      const rows = await db
        .selectFrom("rollout_steps")
        .selectAll()
        .where("organization", "=", organization)
        .orderBy("id")
        .execute();
      return rows.map(stepOf);
    });
  }

  give(step: Parameters<RolloutStore["give"]>[0]): Promise<StepRecord> {
    return this.#session.write(async (tx) => {
      const { organization, node, container, group, had } = step;
      const row = {
        ...{ id: stepId(tx.revision), organization, node: nodeId(node), container_id: container },
        ...{ rollout_group: group, had: JSON.stringify(had), revision: tx.revision },
        ...{ create_time: tx.now, failed: 0, problem: "" },
      };
      await tx.db.insertInto("rollout_steps").values(row).execute();
      tx.changed("rollout-step", "created", organization, node);
      return stepOf(row);
    });
  }

  end({ id }: StepRecord): Promise<void> {
    return this.#session.write(async (tx) => {
      await tx.db.deleteFrom("rollout_steps").where("id", "=", id).execute();
    });
  }

  fail({ id, organization, node }: StepRecord, problem: string): Promise<void> {
    return this.#session.write(async (tx) => {
      await tx.db.updateTable("rollout_steps").set({ failed: 1, problem }).where("id", "=", id).execute();
      tx.changed("rollout-step", "updated", organization, node);
    });
  }
}

/** Later ones are greater; revisions have less than 16 digits. */
function stepId(revision: number): string {
  return `s${String(revision).padStart(16, "0")}-${randomUUID()}`;
}

async function supersede(tx: Writing, organization: string, secret: string, version: number): Promise<void> {
  await tx.db
    .updateTable("rollouts")
    .set({ state: "SUPERSEDED", end_time: tx.now })
    .where("organization", "=", organization)
    .where("secret", "=", secret)
    .where("version", "!=", version)
    .where("state", "in", ACTIVE_STATES)
    .execute();
}

function ofOrganization(db: Db, organization: string) {
  return db.selectFrom("rollouts").selectAll().where("organization", "=", organization);
}

/** The revision, and which of its rollouts: one transaction may write many secrets. */
async function freeId(tx: Writing, organization: string): Promise<string> {
  const { count } = await tx.db
    .selectFrom("rollouts")
    .select((e) => e.fn.countAll<number>().as("count"))
    .where("organization", "=", organization)
    .where("revision", "=", tx.revision)
    .executeTakeFirstOrThrow();
  return count === 0 ? `r${tx.revision}` : `r${tx.revision}-${count + 1}`;
}

function isActive(state: RolloutState): boolean {
  return (ACTIVE_STATES as readonly RolloutState[]).includes(state);
}
