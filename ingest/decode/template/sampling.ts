import { call, i32, local, select, when, type Code, type Local } from './assembler';
import type { Fields, Frame } from './frame';
import { readUint32 } from './read';
import { coalesce, type RecipeContext } from './recipe';

/**
 * One packet in how many: what the record says, else what is known of its sampler, of an interface it went through, of
 * its observation domain.
 */
export function samplingRate(frame: Frame, fields: Fields, { samplingRate, interfaces }: RecipeContext): Code {
  const said = statedRate(frame, fields);
  const sampler = fields.first('sampler');
  const known = sampler && call(frame.helper('samplerRate'), readUint32(frame, sampler));
  const candidates = [said, known, interfaceRate(frame, fields, interfaces), local.get(samplingRate)].filter(
    (code) => code !== undefined,
  );
  return coalesce(frame, candidates) ?? local.get(samplingRate);
}

/** Few exporters have rates by interface: the others pay one branch. */
function interfaceRate(frame: Frame, fields: Fields, interfaces: Local): Code | undefined {
  const rates = [...fields.all('input_interface'), ...fields.all('output_interface')].map((field) =>
    call(frame.helper('interfaceRate'), readUint32(frame, field)),
  );
  const found = coalesce(frame, rates);
  if (!found) return undefined;
  const rate = frame.locals.i32();
  return [local.set(rate, i32.const(0)), when(local.get(interfaces), local.set(rate, found)), local.get(rate)];
}

function statedRate(frame: Frame, fields: Fields): Code | undefined {
  const ratio = (whole: Code, part: Code): Code => {
    const divisor = frame.locals.i32();
    return [
      local.set(divisor, part),
      i32.divU(whole, select(i32.eqz(local.get(divisor)), i32.const(1), local.get(divisor))),
    ];
  };
  const size = fields.first('sampling_size');
  const population = fields.first('sampling_population');
  if (size && population) return ratio(readUint32(frame, population), readUint32(frame, size));
  const interval = fields.first('sampling_interval');
  const space = fields.first('sampling_space');
  if (!interval) return undefined;
  const read = readUint32(frame, interval);
  return space ? ratio(i32.add(read, readUint32(frame, space)), read) : read;
}
