// Inputs and answers that the paths of a definition do not give away: items that are taken as they are, JSONata, and what one
// state is told and another is not.
import type { Json, JsonObject } from "../../src/asl/json.ts";

export interface WrittenAnswers {
  readonly input?: Json;
  /** By the names of the Task states. */
  readonly tasks?: Readonly<Record<string, Json>>;
  /** Tables that only data name, with their keys. */
  readonly tables?: Readonly<Record<string, readonly string[]>>;
  /** Items that a table holds before, by the beginning of its name. */
  readonly items?: Readonly<Record<string, JsonObject>>;
  /** Objects in every bucket that the definition names, by their keys. */
  readonly objects?: Readonly<Record<string, string>>;
  /** The workflow wants to be one; a Standard workflow by default. */
  readonly type?: "EXPRESS";
}

const item = { id: { S: "1" } };
const knowledgeBase = { KnowledgeBase: { KnowledgeBaseId: "k" } };
const dataSource = { DataSource: { DataSourceId: "d" } };
const ingestion = { IngestionJob: { IngestionJobId: "i", Status: "COMPLETE" } };

const metrics = "Content,VideoPublishTime,VideoTitle,Views\nc,t,v,5\n";
const transcriptText = '{"results":{"transcripts":[{"transcript":"words"}]}}';

/** By the names of the samples. */
export const handWritten: Readonly<Record<string, WrittenAnswers>> = {
  // It splits the ARN of its execution, which has nine parts in Express workflows alone.
  "async-state-machine-streaming-lambda-results-sam-statemachine-statemachine": { type: "EXPRESS" },
  "bedrock-evaluations-sam-statemachine-statemachine": {
    tasks: {
      CreateKnowledgeBase: knowledgeBase,
      "Create Data Source": dataSource,
      "Start Ingestion Job": ingestion,
      "Get Ingestion Job": ingestion,
      "Create Evaluation Job": { JobArn: "j" },
      "Get Evaluation Job Status": { Status: "Completed" },
      "Create Knowledge Base 2": knowledgeBase,
      "Create Data Source 2": dataSource,
      "Start Ingestion Job 2": ingestion,
      "Get Ingestion Job 2": ingestion,
      "Create Evaluation Job 2": { JobArn: "j" },
      "Get Evaluation Job Status 2": { Status: "Completed" },
    },
  },
  "distributed-batch-import-state-machine-create-organization": {
    input: { detail: { bucket: { name: "value" }, object: { key: "organizations.json" } } },
    tables: { DynamoDBTable: ["PK", "SK"] },
    objects: { "organizations.json": '[{"name":"n","organization_number":"1"}]' },
  },
  "distributed-map-csv-iterator-sam-statemachine": { objects: { "metrics.csv": metrics } },
  "distributed-map-csv-iterator-tf-statemachines-statemachine": {
    input: { BucketName: "value", FileKey: "metrics.csv" },
    objects: { "metrics.csv": metrics },
  },
  "distributed-map-montecarlo-statemachine-statemachine": {
    tasks: { "Generate Random Samples": { bucket_name: "value", inputprefix: "value" } },
  },
  // The function gives the chunks, which are written to the file that the Map reads.
  "distributed-map-state-gif-generator-statemachine-workflow": {
    tasks: { "calculate how many gif chunks": { Payload: [{ start: 0, end: 5 }] } },
    objects: { "Chunks-value.json": '[{"start":0,"end":5}]' },
  },
  "dynamodb-import-json-statemachine-statemachine": { objects: { "a/1.json": "{}" } },
  "distributed-data-stream-aggregator-statemachine-data-extraction-child": {
    input: { locationId: "l", taskId: "t", taskToken: "token" },
    tasks: { "Get Data": { csvContent: [{ discount_code: "c" }], resultCount: 1, offset: 1 } },
  },
  "distributed-data-stream-aggregator-statemachine-data-processing-child": {
    input: { locationId: "l", dataType: "failed", limit: 400, offset: 0, childTaskToken: "token" },
    tasks: {
      "Get Data": {
        ResponseBody: { count: 1, results: [{ resourceKey: "r", errors: [{ message: "m" }], state: "failed" }] },
      },
    },
  },
  // A number, as a text.
  "distributed-map-csv-iterator-sam-child-statemachine": {
    input: { StatePayload: { Content: "c", VideoPublishTime: "t", VideoTitle: "v", Views: "5" } },
  },
  // Messages, or a text where there are none.
  "dynamically-process-data-with-map-state-statemachine-statemachine": {
    tasks: { "Read messages from SQS queue": { Payload: [{ MessageId: "m", Body: "b", ReceiptHandle: "r" }] } },
  },
  "dynamodb-migrations-statemachine-statemachine": {
    tasks: { "Initial Scan": { Items: [item, item] }, "Update record": { Payload: item } },
  },
  "dynamodb-transfer-statemachine-statemachine": {
    tasks: { "Initial Scan": { Items: [item, item] }, "Update record": { Payload: item } },
  },
  "inventory-management-sam-statemachine-create-purchase-order-statemachine": {
    items: { InventoryTableName: { id: { S: "value" }, stock: { N: "5" } } },
  },
  "inventory-management-sam-statemachine-reserve-stock-statemachine": {
    items: {
      InventoryTableName: {
        id: { S: "value" },
        stock: { N: "5" },
        minPOAmount: { N: "1" },
        status: { S: "IN STOCK" },
      },
    },
  },
  // The source of a copy is a bucket and a key.
  "lookout-for-vision-inference-sam-statemachine-statemachine": {
    input: { copysource: "value/value" },
    tasks: {
      "Check Model Status": { ModelDescription: { Status: "HOSTED" } },
      "L4V Inference": {
        Payload: { response: { anomalous: true, newkeyname: "copy" }, copysource: "value/value" },
      },
    },
  },
  "migrate-csv-to-ddb-distributed-map-main-statemachine-statemachine": {
    input: { bucket_name: "value", file_key: "metrics.csv" },
    objects: { "metrics.csv": metrics },
  },
  // A filter compares the agent's id with numbers.
  "parallel-agent-early-stopping-statemachine-main": {
    input: { query: "q" },
    tasks: { "Launch Workers": { executionArn: "e", result: "r", confidence_score: 0.9, agent_id: 1 } },
  },
  "resource-configuration-backup-sam-statemachine-statemachine": {
    input: {
      ResourceTypesToLookup: ["AWS::EC2::Instance"],
      ConfigAggregatorName: "a",
      PaginationLimit: 5,
      S3BucketName: "value",
    },
  },
  "sfn-dynamodb-batchwriteitem-statemachine-statemachine": {
    tables: { DynamoDBTable_Name: ["DynamoDBTable_PartitionKey"] },
  },
  "simple-retry-statemachine-statemachine": { objects: { MyData: "data" } },
  "step-functions-load-testing-statemachine-load-generator-statemachine": { input: { StatePayload: [{}, {}] } },
  // The same variable is read twice for different triggers, and another one in between.
  "uml-statemachine-statemachine-BlogBackgroundChecksSM": {
    tasks: {
      "Run Criminal Check": { appEvent: { trigger: "criminalCheckDone" } },
      "Run Financial Check": { appEvent: { trigger: "financialCheckDone" } },
    },
  },
  "uml-statemachine-statemachine-BlogOpenRequestSM": {
    input: { trigger: "initial", lastTrigger: "initial", appData: {} },
    tasks: {
      "Open Request": { Payload: { trigger: "initial", lastTrigger: "initial", appData: {} } },
      "Make STP Request (Callback)": { appEvent: { trigger: "requestApproved", appData: {} } },
    },
  },
  "word-filtering-script-generator-cdk-python-statemachine-statemachine": {
    objects: { "value-temp.json": transcriptText },
  },
  "word-filtering-script-generator-statemachine-statemachine": { objects: { "temp.json": transcriptText } },
};
