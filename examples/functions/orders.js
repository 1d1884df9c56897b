// The functions of order.asl.json, written as for AWS Lambda.

/** Adds up an order. */
export function addUp({ order }) {
  const total = order.items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  return { ...order, total };
}

/** Charges a card. The terminal is busy at the first attempt, so the workflow has something to retry. */
export async function charge({ card, total, attempt }) {
  if (card === "expired") throw named("CardDeclined", "The card has expired.");
  if (attempt === 0) throw named("TerminalBusy", "The card terminal is busy.");
  return { receipt: `${card}-${total}` };
}

/** Packs one item. */
export function pack({ item, position }) {
  return { box: position + 1, item: item.name, weight: item.quantity * 0.4 };
}

/** The name of an error is what Retry and Catch know it by. */
function named(name, message) {
  return Object.assign(new Error(message), { name });
}
