export type Report = (metric: string, value: number, unit: string) => void;
