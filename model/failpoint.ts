/** A named place on the road where the crash harness may end the process. Given by assemble; does nothing otherwise. */
export type Failpoint = (name: string) => void;
export const NO_FAILPOINT: Failpoint = () => {};
