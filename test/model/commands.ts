import fc from 'fast-check';
import { happening, raced, repeated, sent } from './kinds.ts';
import {
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

/** Sequences of what clients and operators may do; a kind that stands twice is twice as frequent. */
export const commands = fc.commands(
  [
    sent,
    sent,
    sent,
    echo,
    echo,
    repeated,
    lostUpdate,
    unfit,
    fallen,
    lentAddress,
    refused,
    refused,
    read,
    raced,
    twins,
    rivals,
    happening,
  ],
  { maxCommands: 20, size: 'max' },
);
