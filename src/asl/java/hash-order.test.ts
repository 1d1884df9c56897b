// Orders against those of Java's own HashMap and HashSet.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson, stringifyJson, type JsonArray } from "../json.ts";
import { unlimitedWork } from "../work.ts";
import { stringHashCode } from "./hash-code.ts";
import { inHashMapOrder, inHashSetOrder } from "./hash-order.ts";

const maps: readonly (readonly [what: string, put: string, order: string])[] = [
  ["nothing", "", ""],
  ["a few names", "first second third fourth", "third fourth first second"],
  ["names of one bucket, as they were put in", "Aa BB C# b a", "Aa BB C# a b"],
  ["the same the other way round", "BB Aa C# b a", "BB Aa C# a b"],
  [
    "more names than 16 buckets bear",
    "TableName Item ReturnConsumedCapacity Key FunctionName Payload QueueUrl MessageBody TopicArn Message Bucket Body StateMachineArn Input",
    "TopicArn Message StateMachineArn QueueUrl TableName Item FunctionName Input Bucket ReturnConsumedCapacity Payload Body Key MessageBody",
  ],
];

for (const [what, put, order] of maps) {
  test(`a HashMap of ${what} has Java's order`, () => {
    assert.equal(inHashMapOrder(put.split(" "), stringHashCode).join(" "), order);
  });
}

const sets: readonly (readonly [what: string, added: string, order: string])[] = [
  ["nothing", "[]", "[]"],
  ["two booleans", "[true,false]", "[false,true]"],
  ["negative numbers", "[32,608,32,480,32,544,-144,0,416,608,80,-160]", "[32,608,480,544,0,416,80,-144,-160]"],
  [
    "numbers whose high bits choose the bucket",
    "[458752,1966080,2097152,-1245184,-458752,1966080,1441792,2555904,2555904,-524288]",
    "[2097152,1441792,458752,2555904,-524288,-458752,-1245184,1966080]",
  ],
  ["nine numbers of one bucket", "[0,16,32,48,64,80,96,112,128]", "[0,32,64,96,128,16,48,80,112]"],
  [
    "values of every kind",
    '[null,null,true,true,1,1,1.0,1.1,"a","a",[],[],[null],{"a":1,"b":2},{"b":2,"a":1},{"a":1}]',
    '[null,1.0,{"a":1,"b":2},{"a":1},1,"a",[],1.1,true,[null]]',
  ],
];

for (const [what, added, order] of sets) {
  test(`a HashSet of ${what} has Java's order`, () => {
    assert.equal(stringifyJson(inHashSetOrder(parseJson(added) as JsonArray, unlimitedWork())), order);
  });
}
