import fc from 'fast-check';
import { batched, event, lived, raced, repeated, sent } from './kinds.ts';
import {
  biography,
  echo,
  fallen,
  lentAddress,
  lostUpdate,
  read,
  refused,
  rivals,
  twins,
  unfit,
} from './stories.ts';

/**
 * Returns sequences of actions of clients and operators. A kind that is listed twice is twice as
 * frequent.
 */
export const commands = fc.commands(
  [
    sent,
    sent,
    sent,
    echo,
    echo,
    lived,
    lived,
    lived,
    biography,
    repeated,
    lostUpdate,
    lostUpdate,
    unfit,
    unfit,
    fallen,
    lentAddress,
    refused,
    refused,
    refused,
    read,
    read,
    batched,
    raced,
    twins,
    rivals,
    event,
    event,
  ],
  { maxCommands: 20, size: 'max' },
);
