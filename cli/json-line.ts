const unseen = /[\u007f-\u009f\u2028\u2029]/g
const coded = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** An object on one line; what hosts said in it cannot steer a terminal. */
export const jsonLine = (value: object): string => JSON.stringify(value).replace(unseen, coded)
