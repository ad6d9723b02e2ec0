"""Names of the properties that a patch may change; docs/generate.py writes this.

A property whose own properties are known is followed by ':' and their type.
"""

from __future__ import annotations

MADE_FROM = "troposphere 4.11.1"

PROPERTIES: dict[str, str] = {
    "AWS::CloudWatch::Alarm": """
        ActionsEnabled AlarmActions AlarmDescription AlarmName ComparisonOperator DatapointsToAlarm
        Dimensions:cloudwatch.MetricDimension EvaluateLowSampleCountPercentile
        EvaluationCriteria:cloudwatch.EvaluationCriteria EvaluationInterval EvaluationPeriods
        EvaluationWindow:cloudwatch.EvaluationWindow ExtendedStatistic InsufficientDataActions
        MetricName Metrics:cloudwatch.MetricDataQuery Namespace OKActions Period Statistic Tags
        Threshold ThresholdMetricId TreatMissingData Unit
        WarmUpConfiguration:cloudwatch.WarmUpConfiguration
        """,
    "AWS::CodeBuild::Project": """
        Artifacts:codebuild.Artifacts AutoRetryLimit BadgeEnabled
        BuildBatchConfig:codebuild.ProjectBuildBatchConfig Cache:codebuild.ProjectCache
        ConcurrentBuildLimit Description EncryptionKey Environment:codebuild.Environment
        FileSystemLocations:codebuild.ProjectFileSystemLocation LogsConfig:codebuild.LogsConfig Name
        QueuedTimeoutInMinutes ResourceAccessRole SecondaryArtifacts:codebuild.Artifacts
        SecondarySourceVersions:codebuild.ProjectSourceVersion SecondarySources:codebuild.Source
        ServiceRole Source:codebuild.Source SourceVersion Tags TimeoutInMinutes
        Triggers:codebuild.ProjectTriggers Visibility VpcConfig:codebuild.VpcConfig
        """,
    "AWS::CodePipeline::CustomActionType": """
        Category ConfigurationProperties:codepipeline.ConfigurationProperties
        InputArtifactDetails:codepipeline.ArtifactDetails
        OutputArtifactDetails:codepipeline.ArtifactDetails Provider Settings:codepipeline.Settings
        Tags Version
        """,
    "AWS::CodePipeline::Pipeline": """
        ArtifactStore:codepipeline.ArtifactStore ArtifactStores:codepipeline.ArtifactStoreMap
        DisableInboundStageTransitions:codepipeline.DisableInboundStageTransitions ExecutionMode
        Name PipelineType RestartExecutionOnUpdate RoleArn Stages:codepipeline.Stages Tags
        Triggers:codepipeline.PipelineTriggerDeclaration Variables:codepipeline.VariableDeclaration
        """,
    "AWS::CodePipeline::Webhook": """
        Authentication AuthenticationConfiguration:codepipeline.WebhookAuthConfiguration
        Filters:codepipeline.WebhookFilterRule Name RegisterWithThirdParty Tags TargetAction
        TargetPipeline TargetPipelineVersion
        """,
    "AWS::CodeStarNotifications::NotificationRule": """
        CreatedBy DetailType EventTypeId EventTypeIds Name Resource Status Tags TargetAddress
        Targets:codestarnotifications.Target
        """,
    "AWS::Events::Rule": """
        Description EventBusName EventPattern Name RoleArn ScheduleExpression State Tags
        Targets:events.Target
        """,
    "AWS::IAM::ManagedPolicy": """
        Description Groups ManagedPolicyName Path PolicyDocument Roles Users
        """,
    "AWS::IAM::Role": """
        AssumeRolePolicyDocument Description ManagedPolicyArns MaxSessionDuration Path
        PermissionsBoundary Policies:iam.Policy RoleName Tags
        """,
    "AWS::KMS::Alias": "AliasName TargetKeyId",
    "AWS::KMS::Key": """
        BypassPolicyLockoutSafetyCheck Description EnableKeyRotation Enabled KeyPolicy KeySpec
        KeyUsage MultiRegion Origin PendingWindowInDays RotationPeriodInDays Tags
        """,
    "AWS::Lambda::Function": """
        Architectures CapacityProviderConfig:awslambda.CapacityProviderConfig Code:awslambda.Code
        CodeSigningConfigArn DeadLetterConfig:awslambda.DeadLetterConfig Description
        DurableConfig:awslambda.DurableConfig Environment:awslambda.Environment
        EphemeralStorage:awslambda.EphemeralStorage FileSystemConfigs:awslambda.FileSystemConfig
        FunctionName FunctionScalingConfig:awslambda.FunctionScalingConfig Handler
        ImageConfig:awslambda.ImageConfig KmsKeyArn Layers LoggingConfig:awslambda.LoggingConfig
        MemorySize PackageType PublishToLatestPublished RecursiveLoop ReservedConcurrentExecutions
        Role Runtime RuntimeManagementConfig:awslambda.RuntimeManagementConfig
        SnapStart:awslambda.SnapStart Tags TenancyConfig:awslambda.TenancyConfig Timeout
        TracingConfig:awslambda.TracingConfig VpcConfig:awslambda.VPCConfig
        """,
    "AWS::Logs::LogGroup": """
        BearerTokenAuthenticationEnabled DataProtectionPolicy DeletionProtectionEnabled
        FieldIndexPolicies KmsKeyId LogGroupClass LogGroupName ResourcePolicyDocument
        RetentionInDays Tags
        """,
    "AWS::S3::Bucket": """
        AbacStatus AccelerateConfiguration:s3.AccelerateConfiguration AccessControl
        AnalyticsConfigurations:s3.AnalyticsConfiguration BucketEncryption:s3.BucketEncryption
        BucketName BucketNamePrefix BucketNamespace CorsConfiguration:s3.CorsConfiguration
        IntelligentTieringConfigurations:s3.IntelligentTieringConfiguration
        InventoryConfigurations:s3.InventoryConfiguration
        LifecycleConfiguration:s3.LifecycleConfiguration
        LoggingConfiguration:s3.LoggingConfiguration MetadataConfiguration:s3.MetadataConfiguration
        MetadataTableConfiguration:s3.MetadataTableConfiguration
        MetricsConfigurations:s3.MetricsConfiguration
        NotificationConfiguration:s3.NotificationConfiguration
        ObjectLockConfiguration:s3.ObjectLockConfiguration ObjectLockEnabled
        OwnershipControls:s3.OwnershipControls
        PublicAccessBlockConfiguration:s3.PublicAccessBlockConfiguration
        ReplicationConfiguration:s3.ReplicationConfiguration Tags
        VersioningConfiguration:s3.VersioningConfiguration
        WebsiteConfiguration:s3.WebsiteConfiguration
        """,
    "AWS::S3::BucketPolicy": "Bucket PolicyDocument",
    "AWS::SNS::Topic": """
        ArchivePolicy ContentBasedDeduplication DataProtectionPolicy
        DeliveryStatusLogging:sns.LoggingConfig DisplayName FifoThroughputScope FifoTopic
        KmsMasterKeyId MaximumMessageSize SignatureVersion Subscription:sns.Subscription Tags
        TopicName TracingConfig
        """,
    "AWS::SNS::TopicPolicy": "PolicyDocument Topics",
    "AWS::SQS::Queue": """
        ContentBasedDeduplication DeduplicationScope DelaySeconds FifoQueue FifoThroughputLimit
        KmsDataKeyReusePeriodSeconds KmsMasterKeyId MaximumMessageSize MessageRetentionPeriod
        QueueName ReceiveMessageWaitTimeSeconds RedriveAllowPolicy RedrivePolicy:sqs.RedrivePolicy
        SqsManagedSseEnabled Tags VisibilityTimeout
        """,
    "AWS::SQS::QueuePolicy": "PolicyDocument Queues",
    "AWS::SSM::Parameter": """
        AllowedPattern DataType Description Name Policies Tags Tier Type Value
        """,
    "AWS::Scheduler::Schedule": """
        Description EndDate FlexibleTimeWindow:scheduler.FlexibleTimeWindow GroupName KmsKeyArn Name
        ScheduleExpression ScheduleExpressionTimezone StartDate State Target:scheduler.Target
        """,
    "awslambda.CapacityProviderConfig": """
        LambdaManagedInstancesCapacityProviderConfig:awslambda.LambdaManagedInstancesCapacityProviderConfig
        """,
    "awslambda.Code": """
        ImageUri S3Bucket S3Key S3ObjectStorageMode S3ObjectVersion SourceKMSKeyArn ZipFile
        """,
    "awslambda.DeadLetterConfig": "TargetArn",
    "awslambda.DurableConfig": "ExecutionTimeout KMSKeyArn RetentionPeriodInDays",
    "awslambda.Environment": "Variables",
    "awslambda.EphemeralStorage": "Size",
    "awslambda.FileSystemConfig": "Arn LocalMountPath S3FilesConfig:awslambda.S3FilesConfig",
    "awslambda.FunctionScalingConfig": "MaxExecutionEnvironments MinExecutionEnvironments",
    "awslambda.ImageConfig": "Command EntryPoint WorkingDirectory",
    "awslambda.LambdaManagedInstancesCapacityProviderConfig": """
        CapacityProviderArn ExecutionEnvironmentMemoryGiBPerVCpu
        PerExecutionEnvironmentMaxConcurrency
        """,
    "awslambda.LoggingConfig": "ApplicationLogLevel LogGroup SystemLogLevel",
    "awslambda.RuntimeManagementConfig": "RuntimeVersionArn UpdateRuntimeOn",
    "awslambda.S3FilesConfig": "DirectS3Read",
    "awslambda.SnapStart": "ApplyOn",
    "awslambda.TenancyConfig": "TenantIsolationMode",
    "awslambda.TracingConfig": "Mode",
    "awslambda.VPCConfig": "Ipv6AllowedForDualStack SecurityGroupIds SubnetIds",
    "cloudwatch.AlarmPromQLCriteria": "PendingPeriod Query RecoveryPeriod",
    "cloudwatch.EvaluationCriteria": "PromQLCriteria:cloudwatch.AlarmPromQLCriteria",
    "cloudwatch.EvaluationWindow": "SlidingWindow WallClockWindow:cloudwatch.WallClockWindow",
    "cloudwatch.Metric": "Dimensions:cloudwatch.MetricDimension MetricName Namespace",
    "cloudwatch.MetricDataQuery": """
        AccountId Expression Id Label MetricStat:cloudwatch.MetricStat Period ReturnData
        """,
    "cloudwatch.MetricDimension": "Name Value",
    "cloudwatch.MetricStat": "Metric:cloudwatch.Metric Period Stat Unit",
    "cloudwatch.WallClockWindow": "Timezone",
    "cloudwatch.WarmUpConfiguration": """
        OnlyStartEvaluatingAfterWarmUpPeriodEnds WarmUpPeriodDurationInMinutes
        """,
    "codebuild.Artifacts": """
        ArtifactIdentifier EncryptionDisabled Location Name NamespaceType OverrideArtifactName
        Packaging Path Type
        """,
    "codebuild.BatchRestrictions": "ComputeTypesAllowed MaximumBuildsAllowed",
    "codebuild.BuildStatusConfig": "Context TargetUrl",
    "codebuild.CloudWatchLogs": "GroupName Status StreamName",
    "codebuild.DockerServer": "ComputeType SecurityGroupIds",
    "codebuild.Environment": """
        Certificate ComputeType DockerServer:codebuild.DockerServer EnvironmentVariables
        Fleet:codebuild.ProjectFleet HostKernel Image ImagePullCredentialsType PrivilegedMode
        RegistryCredential:codebuild.RegistryCredential Type
        """,
    "codebuild.GitSubmodulesConfig": "FetchSubmodules",
    "codebuild.LogsConfig": "CloudWatchLogs:codebuild.CloudWatchLogs S3Logs:codebuild.S3Logs",
    "codebuild.ProjectBuildBatchConfig": """
        BatchReportMode CombineArtifacts Restrictions:codebuild.BatchRestrictions ServiceRole
        TimeoutInMins
        """,
    "codebuild.ProjectCache": "CacheNamespace Location Modes Type",
    "codebuild.ProjectFileSystemLocation": "Identifier Location MountOptions MountPoint Type",
    "codebuild.ProjectFleet": "FleetArn",
    "codebuild.ProjectSourceVersion": "SourceIdentifier SourceVersion",
    "codebuild.ProjectTriggers": """
        BuildType FilterGroups PullRequestBuildPolicy:codebuild.PullRequestBuildPolicy
        ScopeConfiguration:codebuild.ScopeConfiguration Webhook
        """,
    "codebuild.PullRequestBuildPolicy": "ApproverRoles RequiresCommentApproval",
    "codebuild.RegistryCredential": "Credential CredentialProvider",
    "codebuild.S3Logs": "EncryptionDisabled Location Status",
    "codebuild.ScopeConfiguration": "Domain Name Scope",
    "codebuild.Source": """
        Auth:codebuild.SourceAuth BuildSpec BuildStatusConfig:codebuild.BuildStatusConfig
        GitCloneDepth GitSubmodulesConfig:codebuild.GitSubmodulesConfig InsecureSsl Location
        ReportBuildStatus SourceIdentifier Type
        """,
    "codebuild.SourceAuth": "Resource Type",
    "codebuild.VpcConfig": "SecurityGroupIds Subnets VpcId",
    "codepipeline.ActionTypeId": "Category Owner Provider Version",
    "codepipeline.Actions": """
        ActionTypeId:codepipeline.ActionTypeId Commands Configuration
        EnvironmentVariables:codepipeline.EnvironmentVariable
        InputArtifacts:codepipeline.InputArtifacts Name Namespace
        OutputArtifacts:codepipeline.OutputArtifacts OutputVariables Region RoleArn RunOrder
        TimeoutInMinutes
        """,
    "codepipeline.ArtifactDetails": "MaximumCount MinimumCount",
    "codepipeline.ArtifactStore": "EncryptionKey:codepipeline.EncryptionKey Location Type",
    "codepipeline.ArtifactStoreMap": "ArtifactStore:codepipeline.ArtifactStore Region",
    "codepipeline.BeforeEntryConditions": "Conditions:codepipeline.Condition",
    "codepipeline.Blockers": "Name Type",
    "codepipeline.Condition": "Result Rules:codepipeline.RuleDeclaration",
    "codepipeline.ConfigurationProperties": "Description Key Name Queryable Required Secret Type",
    "codepipeline.DisableInboundStageTransitions": "Reason StageName",
    "codepipeline.EncryptionKey": "Id Type",
    "codepipeline.EnvironmentVariable": "Name Type Value",
    "codepipeline.FailureConditions": """
        Conditions:codepipeline.Condition Result RetryConfiguration:codepipeline.RetryConfiguration
        """,
    "codepipeline.GitBranchFilterCriteria": "Excludes Includes",
    "codepipeline.GitConfiguration": """
        PullRequest:codepipeline.GitPullRequestFilter Push:codepipeline.GitPushFilter
        SourceActionName
        """,
    "codepipeline.GitFilePathFilterCriteria": "Excludes Includes",
    "codepipeline.GitPullRequestFilter": """
        Branches:codepipeline.GitBranchFilterCriteria Events
        FilePaths:codepipeline.GitFilePathFilterCriteria
        """,
    "codepipeline.GitPushFilter": """
        Branches:codepipeline.GitBranchFilterCriteria
        FilePaths:codepipeline.GitFilePathFilterCriteria Tags:codepipeline.GitTagFilterCriteria
        """,
    "codepipeline.GitTagFilterCriteria": "Excludes Includes",
    "codepipeline.InputArtifacts": "Name",
    "codepipeline.OutputArtifacts": "Files Name",
    "codepipeline.PipelineTriggerDeclaration": """
        GitConfiguration:codepipeline.GitConfiguration ProviderType
        """,
    "codepipeline.RetryConfiguration": "RetryMode",
    "codepipeline.RuleDeclaration": """
        Commands Configuration InputArtifacts:codepipeline.InputArtifacts Name Region RoleArn
        RuleTypeId:codepipeline.RuleTypeId
        """,
    "codepipeline.RuleTypeId": "Category Owner Provider Version",
    "codepipeline.Settings": """
        EntityUrlTemplate ExecutionUrlTemplate RevisionUrlTemplate ThirdPartyConfigurationUrl
        """,
    "codepipeline.Stages": """
        Actions:codepipeline.Actions BeforeEntry:codepipeline.BeforeEntryConditions
        Blockers:codepipeline.Blockers Name OnFailure:codepipeline.FailureConditions
        OnSuccess:codepipeline.SuccessConditions
        """,
    "codepipeline.SuccessConditions": "Conditions:codepipeline.Condition",
    "codepipeline.VariableDeclaration": "DefaultValue Description Name",
    "codepipeline.WebhookAuthConfiguration": "AllowedIPRange SecretToken",
    "codepipeline.WebhookFilterRule": "JsonPath MatchEquals",
    "codestarnotifications.Target": "TargetAddress TargetType",
    "events.AppSyncParameters": "GraphQLOperation",
    "events.AwsVpcConfiguration": "AssignPublicIp SecurityGroups Subnets",
    "events.BatchArrayProperties": "Size",
    "events.BatchParameters": """
        ArrayProperties:events.BatchArrayProperties JobDefinition JobName
        RetryStrategy:events.BatchRetryStrategy
        """,
    "events.BatchRetryStrategy": "Attempts",
    "events.CapacityProviderStrategyItem": "Base CapacityProvider Weight",
    "events.DeadLetterConfig": "Arn",
    "events.EcsParameters": """
        CapacityProviderStrategy:events.CapacityProviderStrategyItem EnableECSManagedTags
        EnableExecuteCommand Group LaunchType NetworkConfiguration:events.NetworkConfiguration
        PlacementConstraints:events.PlacementConstraint PlacementStrategies:events.PlacementStrategy
        PlatformVersion PropagateTags ReferenceId TagList TaskCount TaskDefinitionArn
        """,
    "events.HttpParameters": "HeaderParameters PathParameterValues QueryStringParameters",
    "events.InputTransformer": "InputPathsMap InputTemplate",
    "events.KinesisParameters": "PartitionKeyPath",
    "events.NetworkConfiguration": "AwsVpcConfiguration:events.AwsVpcConfiguration",
    "events.PlacementConstraint": "Expression Type",
    "events.PlacementStrategy": "Field Type",
    "events.RedshiftDataParameters": """
        Database DbUser SecretManagerArn Sql Sqls StatementName WithEvent
        """,
    "events.RetryPolicy": "MaximumEventAgeInSeconds MaximumRetryAttempts",
    "events.RunCommandParameters": "RunCommandTargets:events.RunCommandTarget",
    "events.RunCommandTarget": "Key Values",
    "events.SageMakerPipelineParameter": "Name Value",
    "events.SageMakerPipelineParameters": """
        PipelineParameterList:events.SageMakerPipelineParameter
        """,
    "events.SqsParameters": "MessageGroupId",
    "events.Target": """
        AppSyncParameters:events.AppSyncParameters Arn BatchParameters:events.BatchParameters
        DeadLetterConfig:events.DeadLetterConfig EcsParameters:events.EcsParameters
        HttpParameters:events.HttpParameters Id Input InputPath
        InputTransformer:events.InputTransformer KinesisParameters:events.KinesisParameters
        RedshiftDataParameters:events.RedshiftDataParameters RetryPolicy:events.RetryPolicy RoleArn
        RunCommandParameters:events.RunCommandParameters
        SageMakerPipelineParameters:events.SageMakerPipelineParameters
        SqsParameters:events.SqsParameters
        """,
    "iam.Policy": "PolicyDocument PolicyName",
    "s3.AbortIncompleteMultipartUpload": "DaysAfterInitiation",
    "s3.AccelerateConfiguration": "AccelerationStatus",
    "s3.AccessControlTranslation": "Owner",
    "s3.AnalyticsConfiguration": """
        Id Prefix StorageClassAnalysis:s3.StorageClassAnalysis TagFilters:s3.TagFilter
        """,
    "s3.AnnotationTableConfiguration": """
        ConfigurationState EncryptionConfiguration:s3.MetadataTableEncryptionConfiguration Role
        TableArn TableName
        """,
    "s3.BlockedEncryptionTypes": "EncryptionType",
    "s3.BucketEncryption": "ServerSideEncryptionConfiguration:s3.ServerSideEncryptionRule",
    "s3.CorsConfiguration": "CorsRules:s3.CorsRules",
    "s3.CorsRules": "AllowedHeaders AllowedMethods AllowedOrigins ExposedHeaders Id MaxAge",
    "s3.DataExport": "Destination:s3.Destination OutputSchemaVersion",
    "s3.DefaultEventHold": "Days Years",
    "s3.DefaultRetention": "Days DefaultEventHold:s3.DefaultEventHold Mode Years",
    "s3.DeleteMarkerReplication": "Status",
    "s3.Destination": "BucketAccountId BucketArn Format Prefix",
    "s3.EncryptionConfiguration": "ReplicaKmsKeyID",
    "s3.EventBridgeConfiguration": "EventBridgeEnabled",
    "s3.Filter": "S3Key:s3.S3Key",
    "s3.IntelligentTieringConfiguration": """
        Id Prefix Status TagFilters:s3.TagFilter Tierings:s3.Tiering
        """,
    "s3.InventoryConfiguration": """
        Destination:s3.Destination Enabled Id IncludedObjectVersions OptionalFields Prefix
        ScheduleFrequency
        """,
    "s3.InventoryTableConfiguration": """
        ConfigurationState EncryptionConfiguration:s3.MetadataTableEncryptionConfiguration TableArn
        TableName
        """,
    "s3.JournalTableConfiguration": """
        EncryptionConfiguration:s3.MetadataTableEncryptionConfiguration
        RecordExpiration:s3.RecordExpiration TableArn TableName
        """,
    "s3.LambdaConfigurations": "Event Filter:s3.Filter Function",
    "s3.LifecycleConfiguration": "Rules:s3.LifecycleRule TransitionDefaultMinimumObjectSize",
    "s3.LifecycleRule": """
        AbortIncompleteMultipartUpload:s3.AbortIncompleteMultipartUpload ExpirationDate
        ExpirationInDays ExpiredObjectDeleteMarker Id
        NoncurrentVersionExpiration:s3.NoncurrentVersionExpiration NoncurrentVersionExpirationInDays
        NoncurrentVersionTransition:s3.NoncurrentVersionTransition
        NoncurrentVersionTransitions:s3.NoncurrentVersionTransition ObjectSizeGreaterThan
        ObjectSizeLessThan Prefix Status TagFilters:s3.TagFilter
        Transition:s3.LifecycleRuleTransition Transitions:s3.LifecycleRuleTransition
        """,
    "s3.LifecycleRuleTransition": "StorageClass TransitionDate TransitionInDays",
    "s3.LoggingConfiguration": """
        DestinationBucketName LogFilePrefix TargetObjectKeyFormat:s3.TargetObjectKeyFormat
        """,
    "s3.MetadataConfiguration": """
        AnnotationTableConfiguration:s3.AnnotationTableConfiguration
        Destination:s3.MetadataDestination
        InventoryTableConfiguration:s3.InventoryTableConfiguration
        JournalTableConfiguration:s3.JournalTableConfiguration
        """,
    "s3.MetadataDestination": "TableBucketArn TableBucketType TableNamespace",
    "s3.MetadataTableConfiguration": "S3TablesDestination:s3.S3TablesDestination",
    "s3.MetadataTableEncryptionConfiguration": "KmsKeyArn SseAlgorithm",
    "s3.Metrics": "EventThreshold:s3.ReplicationTimeValue Status",
    "s3.MetricsConfiguration": "AccessPointArn Id Prefix TagFilters:s3.TagFilter",
    "s3.NoncurrentVersionExpiration": "NewerNoncurrentVersions NoncurrentDays",
    "s3.NoncurrentVersionTransition": "NewerNoncurrentVersions StorageClass TransitionInDays",
    "s3.NotificationConfiguration": """
        EventBridgeConfiguration:s3.EventBridgeConfiguration
        LambdaConfigurations:s3.LambdaConfigurations QueueConfigurations:s3.QueueConfigurations
        TopicConfigurations:s3.TopicConfigurations
        """,
    "s3.ObjectLockConfiguration": "ObjectLockEnabled Rule:s3.ObjectLockRule",
    "s3.ObjectLockRule": "DefaultRetention:s3.DefaultRetention",
    "s3.OwnershipControls": "Rules:s3.OwnershipControlsRule",
    "s3.OwnershipControlsRule": "ObjectOwnership",
    "s3.PartitionedPrefix": "PartitionDateSource",
    "s3.PublicAccessBlockConfiguration": """
        BlockPublicAcls BlockPublicPolicy IgnorePublicAcls RestrictPublicBuckets
        """,
    "s3.QueueConfigurations": "Event Filter:s3.Filter Queue",
    "s3.RecordExpiration": "Days Expiration",
    "s3.RedirectAllRequestsTo": "HostName Protocol",
    "s3.RedirectRule": "HostName HttpRedirectCode Protocol ReplaceKeyPrefixWith ReplaceKeyWith",
    "s3.ReplicaModifications": "Status",
    "s3.ReplicationConfiguration": "Role Rules:s3.ReplicationConfigurationRules",
    "s3.ReplicationConfigurationRules": """
        DeleteMarkerReplication:s3.DeleteMarkerReplication
        Destination:s3.ReplicationConfigurationRulesDestination Filter:s3.ReplicationRuleFilter Id
        Prefix Priority SourceSelectionCriteria:s3.SourceSelectionCriteria Status
        """,
    "s3.ReplicationConfigurationRulesDestination": """
        AccessControlTranslation:s3.AccessControlTranslation Account Bucket
        EncryptionConfiguration:s3.EncryptionConfiguration Metrics:s3.Metrics
        ReplicationTime:s3.ReplicationTime StorageClass
        """,
    "s3.ReplicationRuleAndOperator": "Prefix TagFilters:s3.TagFilter",
    "s3.ReplicationRuleFilter": "And:s3.ReplicationRuleAndOperator Prefix TagFilter:s3.TagFilter",
    "s3.ReplicationTime": "Status Time:s3.ReplicationTimeValue",
    "s3.ReplicationTimeValue": "Minutes",
    "s3.RoutingRule": "RedirectRule:s3.RedirectRule RoutingRuleCondition:s3.RoutingRuleCondition",
    "s3.RoutingRuleCondition": "HttpErrorCodeReturnedEquals KeyPrefixEquals",
    "s3.Rules": "Name Value",
    "s3.S3Key": "Rules:s3.Rules",
    "s3.S3TablesDestination": "TableArn TableBucketArn TableName TableNamespace",
    "s3.ServerSideEncryptionByDefault": "KMSMasterKeyID SSEAlgorithm",
    "s3.ServerSideEncryptionRule": """
        BlockedEncryptionTypes:s3.BlockedEncryptionTypes BucketKeyEnabled
        ServerSideEncryptionByDefault:s3.ServerSideEncryptionByDefault
        """,
    "s3.SourceSelectionCriteria": """
        ReplicaModifications:s3.ReplicaModifications
        SseKmsEncryptedObjects:s3.SseKmsEncryptedObjects
        """,
    "s3.SseKmsEncryptedObjects": "Status",
    "s3.StorageClassAnalysis": "DataExport:s3.DataExport",
    "s3.TagFilter": "Key Value",
    "s3.TargetObjectKeyFormat": "PartitionedPrefix:s3.PartitionedPrefix SimplePrefix",
    "s3.Tiering": "AccessTier Days",
    "s3.TopicConfigurations": "Event Filter:s3.Filter Topic",
    "s3.VersioningConfiguration": "Status",
    "s3.WebsiteConfiguration": """
        ErrorDocument IndexDocument RedirectAllRequestsTo:s3.RedirectAllRequestsTo
        RoutingRules:s3.RoutingRule
        """,
    "scheduler.AwsVpcConfiguration": "AssignPublicIp SecurityGroups Subnets",
    "scheduler.CapacityProviderStrategyItem": "Base CapacityProvider Weight",
    "scheduler.DeadLetterConfig": "Arn",
    "scheduler.EcsParameters": """
        CapacityProviderStrategy:scheduler.CapacityProviderStrategyItem EnableECSManagedTags
        EnableExecuteCommand Group LaunchType NetworkConfiguration:scheduler.NetworkConfiguration
        PlacementConstraints:scheduler.PlacementConstraint
        PlacementStrategy:scheduler.PlacementStrategy PlatformVersion PropagateTags ReferenceId Tags
        TaskCount TaskDefinitionArn
        """,
    "scheduler.EventBridgeParameters": "DetailType Source",
    "scheduler.FlexibleTimeWindow": "MaximumWindowInMinutes Mode",
    "scheduler.KinesisParameters": "PartitionKey",
    "scheduler.NetworkConfiguration": "AwsvpcConfiguration:scheduler.AwsVpcConfiguration",
    "scheduler.PlacementConstraint": "Expression Type",
    "scheduler.PlacementStrategy": "Field Type",
    "scheduler.RetryPolicy": "MaximumEventAgeInSeconds MaximumRetryAttempts",
    "scheduler.SageMakerPipelineParameter": "Name Value",
    "scheduler.SageMakerPipelineParameters": """
        PipelineParameterList:scheduler.SageMakerPipelineParameter
        """,
    "scheduler.SqsParameters": "MessageGroupId",
    "scheduler.Target": """
        Arn DeadLetterConfig:scheduler.DeadLetterConfig EcsParameters:scheduler.EcsParameters
        EventBridgeParameters:scheduler.EventBridgeParameters Input
        KinesisParameters:scheduler.KinesisParameters RetryPolicy:scheduler.RetryPolicy RoleArn
        SageMakerPipelineParameters:scheduler.SageMakerPipelineParameters
        SqsParameters:scheduler.SqsParameters
        """,
    "sns.LoggingConfig": """
        FailureFeedbackRoleArn Protocol SuccessFeedbackRoleArn SuccessFeedbackSampleRate
        """,
    "sns.Subscription": "Endpoint Protocol",
    "sqs.RedrivePolicy": "deadLetterTargetArn maxReceiveCount",
}
