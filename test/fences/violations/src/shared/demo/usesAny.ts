export const anything = (value: any): number => value.number;
