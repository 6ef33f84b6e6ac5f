// Drives a network with Fabric's own client and prints what it saw as one JSON object.
// Usage: node conformance.mjs SETTINGS.json: gateway, tls_root, msp, certificate and key of an organisation, and
// channel and chaincode, as `tanheng network info --json` prints them; folder: where to keep a checkpoint.
import { createPrivateKey, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import gatewayPackage from '@hyperledger/fabric-gateway';

const { connect, checkpointers, hash, signers } = gatewayPackage;
const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const sign = signers.newPrivateKeySigner(createPrivateKey(readFileSync(settings.key)));
const client = new grpc.Client(
  settings.gateway,
  grpc.credentials.createSsl(readFileSync(settings.tls_root)),
);
const identity = { mspId: settings.msp, credentials: readFileSync(settings.certificate) };
const within = (seconds) => () => ({ deadline: Date.now() + seconds * 1000 });
const limits = {
  evaluateOptions: within(5),
  endorseOptions: within(15),
  submitOptions: within(10),
  commitStatusOptions: within(10),
};
const gateway = connect({ client, identity, signer: sign, hash: hash.sha256, ...limits });
// A gateway that holds no key: everything must be signed elsewhere.
const keyless = connect({ client, identity, hash: hash.sha256, ...limits });
const network = gateway.getNetwork(settings.channel);
const contract = network.getContract(settings.chaincode);

const text = (bytes) => Buffer.from(bytes).toString();
const fresh = () => randomUUID();

async function failure(work) {
  try {
    await work();
  } catch (error) {
    const told = error.details?.map(({ mspId, message }) => ({ mspId, message })) ?? null;
    return { name: error.name, code: error.code, message: error.message, details: told };
  }
  return { name: 'nothing failed' };
}

const steps = {
  async evaluates_and_submits() {
    const key = fresh();
    const before = text(await contract.evaluateTransaction('get', key));
    const result = text(await contract.submitTransaction('put', key, 'forty'));
    return { before, result, after: text(await contract.evaluateTransaction('get', key)) };
  },

  async tells_status_and_result_of_a_commit() {
    const submitted = await contract.submitAsync('put', { arguments: [fresh(), 'x'] });
    const result = text(submitted.getResult());
    const first = await submitted.getStatus();
    const again = await submitted.getStatus();
    return {
      result,
      successful: first.successful,
      code: first.code,
      sameBlock: first.blockNumber === again.blockNumber,
      sameId: first.transactionId === submitted.getTransactionId(),
    };
  },

  async sends_transient_data_to_named_organisations() {
    const proposal = contract.newProposal('transient', {
      arguments: ['secret'],
      transientData: { secret: 'not in any block' },
      endorsingOrganizations: ['EnterpriseMSP', 'RegulatorMSP'],
    });
    const seen = text(await proposal.evaluate());
    const transaction = await proposal.endorse();
    const bytes = Buffer.from(transaction.getBytes());
    const submitted = await transaction.submit();
    const status = await submitted.getStatus();
    return { seen, code: status.code, inEnvelope: bytes.includes('not in any block') };
  },

  async signs_offline_at_every_step() {
    const key = fresh();
    const contractWithoutKey = keyless.getNetwork(settings.channel).getContract(settings.chaincode);
    const refused = await failure(() => contractWithoutKey.submitTransaction('put', key, '1'));
    const unsigned = contractWithoutKey.newProposal('put_with_event', { arguments: [key, 'offline'] });
    const proposal = keyless.newSignedProposal(unsigned.getBytes(), await sign(unsigned.getDigest()));
    const endorsed = await proposal.endorse();
    const transaction = keyless.newSignedTransaction(endorsed.getBytes(), await sign(endorsed.getDigest()));
    const sent = await transaction.submit();
    const commit = keyless.newSignedCommit(sent.getBytes(), await sign(sent.getDigest()));
    const status = await commit.getStatus();
    const asked = keyless
      .getNetwork(settings.channel)
      .newChaincodeEventsRequest(settings.chaincode, { startBlock: status.blockNumber });
    const request = keyless.newSignedChaincodeEventsRequest(asked.getBytes(), await sign(asked.getDigest()));
    const [event] = await take(await request.getEvents(), 1);
    return {
      refused: refused.message,
      code: status.code,
      event: event.payload,
      stored: text(await contract.evaluateTransaction('get', key)),
    };
  },

  async resumes_events_from_a_checkpoint() {
    const file = join(settings.folder, 'checkpoint.json');
    const sent = [];
    for (let number = 0; number < 6; number += 1) {
      const submitted = await contract.submitAsync('put_with_event', { arguments: [fresh(), `${number}`] });
      const status = await submitted.getStatus();
      sent.push({ id: status.transactionId, block: status.blockNumber });
    }
    const checkpoint = await checkpointers.file(file);
    const begin = { checkpoint, startBlock: sent[0].block };
    const first = await take(await network.getChaincodeEvents(settings.chaincode, begin), 3, checkpoint);
    const kept = await checkpointers.file(file);
    const rest = await take(await network.getChaincodeEvents(settings.chaincode, { checkpoint: kept }), 3, kept);
    const live = await network.getChaincodeEvents(settings.chaincode);
    const waiting = take(live, 1);
    await new Promise((done) => setTimeout(done, 200));
    await contract.submitTransaction('put_with_event', fresh(), 'live');
    return {
      sent: sent.map(({ id }) => id),
      seen: [...first, ...rest].map(({ id }) => id),
      payloads: [...first, ...rest].map(({ payload }) => payload),
      live: (await waiting)[0].payload,
    };
  },

  async streams_blocks_in_three_forms() {
    const status = await (await contract.submitAsync('put', { arguments: [fresh(), 'x'] })).getStatus();
    const from = { startBlock: status.blockNumber };
    const whole = await one(await network.getBlockEvents(from));
    const filtered = await one(await network.getFilteredBlockEvents(from));
    const both = await one(await network.getBlockAndPrivateDataEvents(from));
    return {
      number: Number(status.blockNumber),
      whole: whole.getHeader().getNumber(),
      filtered: filtered.getFilteredTransactionsList().map((entry) => entry.getTxid()),
      id: status.transactionId,
      both: both.getBlock().getHeader().getNumber(),
    };
  },

  async names_refusals_with_each_peer_s_words() {
    return {
      evaluate: await failure(() => contract.evaluateTransaction('refuse', 'not today')),
      endorse: await failure(() => contract.submitTransaction('refuse', 'not today')),
      mismatch: await failure(() => contract.submitTransaction('disagree', fresh())),
      chaincode: await failure(() => network.getContract('nocc').submitTransaction('put', 'a', 'b')),
      organisation: await failure(() =>
        contract.submit('put', { arguments: ['a', 'b'], endorsingOrganizations: ['NobodyMSP'] }),
      ),
      channel: await failure(() => gateway.getNetwork('nochan').getContract('carbon').evaluateTransaction('get', 'a')),
    };
  },

  async names_a_bad_signature_at_submit() {
    const endorsed = await contract.newProposal('put', { arguments: [fresh(), 'x'] }).endorse();
    const wrong = await sign(Buffer.alloc(32));
    return failure(() => keyless.newSignedTransaction(endorsed.getBytes(), wrong).submit());
  },

  async names_a_conflict_at_commit() {
    const key = fresh();
    const proposals = Array.from({ length: 8 }, () => contract.newProposal('add', { arguments: [key, '1'] }));
    const endorsed = await Promise.all(proposals.map((proposal) => proposal.endorse()));
    const sent = await Promise.all(endorsed.map((transaction) => transaction.submit()));
    const codes = await Promise.all(sent.map(async (commit) => (await commit.getStatus()).code));
    const again = await failure(() => endorsed[0].submit().then((commit) => commit.getStatus()));
    const raced = await Promise.all(
      Array.from({ length: 8 }, () => failure(() => contract.submitTransaction('add', key, '1'))),
    );
    return { codes: codes.sort((a, b) => a - b), again, commit: raced.find(({ name }) => name === 'CommitError') };
  },

  async keeps_its_deadline() {
    const options = { deadline: Date.now() + 300 };
    const sleeping = contract.newProposal('sleep', { arguments: ['3'] });
    return failure(() => sleeping.evaluate(options));
  },
};

async function take(events, count, checkpoint) {
  const found = [];
  try {
    for await (const event of events) {
      await checkpoint?.checkpointChaincodeEvent(event);
      found.push({ id: event.transactionId, name: event.eventName, payload: text(event.payload) });
      if (found.length === count) break;
    }
  } finally {
    events.close();
  }
  return found;
}

async function one(blocks) {
  try {
    for await (const block of blocks) return block;
  } finally {
    blocks.close();
  }
  throw new Error('the stream ended');
}

const seen = {};
for (const [name, step] of Object.entries(steps)) {
  try {
    seen[name] = await step();
  } catch (error) {
    seen[name] = { broke: error.stack };
  }
}
process.stdout.write(JSON.stringify(seen));
gateway.close();
keyless.close();
client.close();
