// Which Task resources exist: optimized integrations with their actions and patterns, and the services of the AWS SDK
// integration. Their actions are looked up by whoever has the services' models.
import { type IntegrationPattern, parseTaskResource, type TaskResource } from "../resource.ts";

/**
 * Whether a service, such as `sqs`, is known not to have an action, such as `sendMessage`, that answers as a whole. A
 * service without a model may have any.
 */
export type IsUnknownAction = (service: string, action: string) => boolean;

/** The problem of a Task's `Resource`, in AWS's words; `undefined` when it can be used. */
export function resourceProblem(arn: string, isUnknownAction: IsUnknownAction): string | undefined {
  if (!arn.startsWith("arn:")) return "Value is not a valid resource ARN";
  const resource = parseTaskResource(arn);
  if (resource !== undefined && isKnown(resource, isUnknownAction)) return undefined;
  return `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;
}

function isKnown(resource: TaskResource, isUnknownAction: IsUnknownAction): boolean {
  if (resource.kind !== "service") return true;
  const { service, action, pattern } = resource;
  if (service.startsWith(sdkPrefix)) {
    const name = service.slice(sdkPrefix.length);
    const isCallable = pattern === "requestResponse" || pattern === "waitForTaskToken";
    const isKnownService = isCallable && sdkServices.has(name);
    return isKnownService && /^[a-z]/.test(action) && !isUnsupported(name, action) && !isUnknownAction(name, action);
  }
  return optimizedPatterns.get(`${service}:${action}`)?.includes(pattern) === true;
}

const sdkPrefix = "aws-sdk:";

type Patterns = readonly IntegrationPattern[];
const call: Patterns = ["requestResponse"];
const job: Patterns = ["requestResponse", "sync"];
const callback: Patterns = ["requestResponse", "waitForTaskToken"];
const jobOrCallback: Patterns = ["requestResponse", "sync", "waitForTaskToken"];

const optimized: readonly (readonly [service: string, patterns: Patterns, actions: string])[] = [
  ["apigateway", callback, "invoke"],
  ["athena", job, "startQueryExecution"],
  ["athena", call, "stopQueryExecution getQueryExecution getQueryResults"],
  ["batch", ["requestResponse", "sync", "sync:2"], "submitJob"],
  ["bedrock", callback, "invokeModel"],
  ["bedrock", jobOrCallback, "createModelCustomizationJob"],
  ["codebuild", job, "startBuild startBuildBatch retryBuildBatch"],
  ["codebuild", call, "stopBuild batchDeleteBuilds batchGetReports stopBuildBatch deleteBuildBatch"],
  ["databrew", job, "startJobRun"],
  ["dynamodb", call, "getItem putItem updateItem deleteItem"],
  ["ecs", jobOrCallback, "runTask"],
  [
    "eks",
    jobOrCallback,
    "createCluster deleteCluster createFargateProfile deleteFargateProfile createNodegroup deleteNodegroup runJob",
  ],
  ["eks", callback, "call"],
  ["elasticmapreduce", job, "createCluster terminateCluster addStep"],
  [
    "elasticmapreduce",
    call,
    "cancelStep setClusterTerminationProtection modifyInstanceFleetByName modifyInstanceGroupByName",
  ],
  ["emr-containers", job, "deleteVirtualCluster startJobRun"],
  ["emr-containers", call, "createVirtualCluster"],
  [
    "emr-serverless",
    job,
    "createApplication startApplication stopApplication deleteApplication startJobRun cancelJobRun",
  ],
  ["events", callback, "putEvents"],
  ["glue", job, "startJobRun"],
  ["http", call, "invoke"],
  ["lambda", callback, "invoke"],
  ["mediaconvert", job, "createJob"],
  [
    "sagemaker",
    job,
    "createEndpoint createHyperParameterTuningJob createLabelingJob createProcessingJob createTrainingJob createTransformJob updateEndpoint",
  ],
  ["sagemaker", call, "createEndpointConfig createModel"],
  ["sns", callback, "publish"],
  ["sqs", callback, "sendMessage"],
  ["states", ["requestResponse", "sync", "sync:2", "waitForTaskToken"], "startExecution"],
];

/** The patterns of optimized integrations by `service:action`. */
export const optimizedPatterns: ReadonlyMap<string, Patterns> = new Map(
  optimized.flatMap(([service, patterns, actions]) =>
    actions.split(" ").map((action) => [`${service}:${action}`, patterns] as const),
  ),
);

/** Streaming operations and those that would hand out credentials. */
function isUnsupported(service: string, action: string): boolean {
  return (
    action.endsWith("Stream") ||
    unsupportedActions.has(`${service}:${action}`) ||
    (service === "sts" && action.startsWith("assumeRole"))
  );
}

const unsupportedActions: ReadonlySet<string> = new Set([
  "s3:selectObjectContent",
  "kinesis:subscribeToShard",
  "cloudwatchlogs:startLiveTail",
]);

/** The service segment of `aws-sdk:<service>:<action>`, as the supported services page lists them. */
export const sdkServices: ReadonlySet<string> = new Set(
  `
accessanalyzer account accountaccess acm acmpca agentregistry agentregistrycontrol amp amplify amplifybackend
amplifyuibuilder apigateway apigatewayv2 appconfig appconfigdata appfabric appflow appintegrations
applicationautoscaling applicationcostprofiler applicationdiscovery applicationinsights applicationsignals appmesh
apprunner appstream appsync arczonalshift athena auditmanager autoscaling autoscalingplans b2bi backup backupgateway
backupsearch batch bcmdataexports bcmpricingcalculator bedrock bedrockagent bedrockagentcore bedrockagentcorecontrol
bedrockagentruntime bedrockdataautomation bedrockdataautomationruntime bedrockruntime billing billingconductor braket
budgets chime chimesdkidentity chimesdkmediapipelines chimesdkmeetings chimesdkmessaging chimesdkvoice cleanrooms
cleanroomsml cloud9 cloudcontrol clouddirectory cloudformation cloudfront cloudfrontkeyvaluestore cloudhsm cloudhsmv2
cloudsearch cloudtrail cloudtraildata cloudwatch cloudwatchlogs codeartifact codebuild codecatalyst codecommit
codeconnections codedeploy codeguruprofiler codegurureviewer codegurusecurity codepipeline codestarconnections
codestarnotifications cognitoidentity cognitoidentityprovider cognitosync comprehend comprehendmedical
computeoptimizer config connect connectcampaigns connectcampaignsv2 connectcases connectcontactlens connectparticipant
controlcatalog controltower costandusagereport costexplorer costoptimizationhub customerprofiles databasemigration
databrew dataexchange datapipeline datasync datazone dax deadline detective devicefarm devopsagent devopsguru
directconnect directory directoryservicedata dlm docdb docdbelastic drs dsql dynamodb dynamodbstreams ebs ec2
ec2instanceconnect ecr ecrpublic ecs efs eks eksauth elasticache elasticbeanstalk elasticinference
elasticloadbalancing elasticloadbalancingv2 elasticsearch emr emrcontainers emrserverless entityresolution eventbridge
evidently finspace finspacedata firehose fis fms forecast forecastquery frauddetector freetier fsx gamelift
gameliftstreams geomaps geoplaces georoutes glacier glue grafana greengrass greengrassv2 groundstation guardduty
health healthlake honeycode iam iamtoolbox identitystore imagebuilder inspector inspector2 inspectorscan interconnect
internetmonitor invoicing iot iotanalytics iotdeviceadvisor iotevents ioteventsdata iotfleethub iotfleetwise
iotjobsdataplane iotsecuretunneling iotsitewise iotthingsgraph iottwinmaker iotwireless ivs ivschat ivsrealtime kafka
kafkaconnect kendra kendraranking keyspaces keyspacesstreams kinesis kinesisanalytics kinesisanalyticsv2 kinesisvideo
kinesisvideoarchivedmedia kinesisvideomedia kinesisvideosignaling kinesisvideowebrtcstorage kms lakeformation lambda
lambdacore lambdamicrovms launchwizard lexmodelsv2 lexruntimev2 licensemanager licensemanagerlinuxsubscriptions
licensemanagerusersubscriptions lightsail location lookoutequipment lookoutvision m2 macie2 mailmanager
managedblockchain managedblockchainquery marketplacecatalog marketplacecommerceanalytics marketplaceentitlement
marketplacemetering marketplacereporting mediaconnect mediaconvert medialive mediapackage mediapackagev2
mediapackagevod mediastore mediatailor medicalimaging memorydb mgn migrationhub migrationhubconfig
migrationhuborchestrator migrationhubrefactorspaces migrationhubstrategy mpa mq mturk mwaa mwaaserverless neptune
neptunegraph networkfirewall networkflowmonitor networkmanager networkmonitor notificationscontacts novaact oam
observabilityadmin omics opensearch opensearchserverless opsworkscm organizations osis outposts panorama
partnercentralselling paymentcryptography paymentcryptographydata pcaconnectorad pcaconnectorscep pcs personalize
personalizeevents personalizeruntime pi pinpoint pinpointemail pinpointsmsvoice pinpointsmsvoicev2 pipes polly pricing
pricingplanmanager privatenetworks proton qapps qbusiness qconnect quicksight ram rbin rds rdsdata redshift
redshiftdata redshiftserverless rekognition repostspace resiliencehub resiliencehubv2 resourceexplorer2 resourcegroups
resourcegroupstaggingapi rolesanywhere route53 route53domains route53profiles route53recoverycluster
route53recoverycontrolconfig route53recoveryreadiness route53resolver rum s3 s3control s3files s3outposts s3tables
s3vectors sagemaker sagemakera2iruntime sagemakeredge sagemakerfeaturestoreruntime sagemakergeospatial
sagemakermetrics sagemakerruntime sagemakerruntimehttp2 savingsplans scheduler schemas secretsmanager securityhub
securityir securitylake serverlessapplicationrepository servicecatalog servicecatalogappregistry servicediscovery
servicequotas ses sesv2 sfn shield signer simpledbv2 simspaceweaver sms snowball snowdevicemanagement sns
socialmessaging sqs ssm ssmcontacts ssmincidents ssmquicksetup ssmsap sso ssoadmin ssooidc storagegateway sts
supplychain support supportapp swf synthetics taxsettings textract timestreaminfluxdb timestreamquery timestreamwrite
tnb transcribe transfer translate trustedadvisor verifiedpermissions voiceid vpclattice waf wafregional wafv2
wellarchitected wickr wisdom workdocs workmail workmailmessageflow workspaces workspacesthinclient workspacesweb xray
`
    .trim()
    .split(/\s+/),
);
