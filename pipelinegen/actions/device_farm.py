"""Device Farm: tests on real phones.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-DeviceFarm.html
"""

from __future__ import annotations

from pipelinegen.actions._arns import pattern, regional
from pipelinegen.actions._keys import arn, choice, flag, keys, number, text
from pipelinegen.fragment import Context, Fragment, Statement
from pipelinegen.model import Action
from pipelinegen.provider import Bounds, Row
from pipelinegen.text import Text


def device_farm(action: Action, context: Context) -> Fragment:
    """Tests on real devices; the service exists in us-west-2 only.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-DeviceFarm.html
    """
    project = pattern(action.text(action.body["project-id"]))
    pool = pattern(action.text(action.body["device-pool-arn"]))
    arn = regional(action, "devicefarm", "project:", project)
    uploads = regional(action, "devicefarm", "upload:", project, "/*")
    runs = regional(action, "devicefarm", "run:", project, "/*")
    prepare = ("devicefarm:CreateUpload", "devicefarm:ListDevicePools")
    return Fragment(
        statements=(
            Statement("DeviceFarmProjects", ("devicefarm:ListProjects",), (Text.of("*"),)),
            Statement("DeviceFarmPrepare", prepare, (arn,)),
            Statement("DeviceFarmRun", ("devicefarm:ScheduleRun",), (arn, pool, uploads)),
            Statement("DeviceFarmFollow", ("devicefarm:GetRun",), (runs,)),
            Statement("DeviceFarmUploads", ("devicefarm:GetUpload",), (uploads,)),
        )
    )


TEST_TYPES = (
    "APPIUM_JAVA_JUNIT",
    "APPIUM_JAVA_TESTNG",
    "APPIUM_NODE",
    "APPIUM_RUBY",
    "APPIUM_PYTHON",
    "APPIUM_WEB_JAVA_JUNIT",
    "APPIUM_WEB_JAVA_TESTNG",
    "APPIUM_WEB_NODE",
    "APPIUM_WEB_RUBY",
    "APPIUM_WEB_PYTHON",
    "BUILTIN_FUZZ",
    "INSTRUMENTATION",
    "XCTEST",
    "XCTEST_UI",
)

DEVICE_FARM = Row(
    key="device-farm",
    category="Test",
    owner="AWS",
    provider="DeviceFarm",
    url="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-DeviceFarm.html",
    inputs=Bounds(1, 1),
    outputs=Bounds(0, 0),
    default_name="Test",
    default_input="product",
    keys=keys(
        ProjectId=text(),
        DevicePoolArn=arn(),
        AppType=choice("iOS", "Android", "Web"),
        App=text(),
        TestType=choice(*TEST_TYPES),
        Test=text(),
        TestSpec=text(),
        RadioBluetoothEnabled=flag(),
        RadioWifiEnabled=flag(),
        RadioNfcEnabled=flag(),
        RadioGpsEnabled=flag(),
        RecordAppPerformanceData=flag(),
        RecordVideo=flag(),
        UnmeteredDevicesOnly=flag(),
        FuzzEventCount=number(least=1, most=10000),
        FuzzEventThrottle=number(least=1, most=1000),
        FuzzRandomizerSeed=text(),
        CustomHostMachineArtifacts=text(),
        CustomDeviceArtifacts=text(),
        JobTimeoutMinutes=number(),
        Latitude=text(),
        Longitude=text(),
    ),
    required=frozenset({"project-id", "device-pool-arn", "app-type", "app", "test-type"}),
    rib=device_farm,
)
