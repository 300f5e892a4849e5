import { expect, it } from 'vitest';
import schema from '../../../../common/src/main/resources/contract/schema/common.json';
import { REMEDIES } from './remedies';

it('there is a remedy for each error code of the contract, and for no other', () => {
  const codes = schema.$defs.errorCode.anyOf.flatMap((each) => ('enum' in each ? (each.enum ?? []) : []));

  expect(Object.keys(REMEDIES).sort()).toEqual([...codes].sort());
});
