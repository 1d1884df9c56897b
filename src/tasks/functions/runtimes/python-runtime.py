"""Runs the handler of a Python function for the Lambda Runtime API, as AWS's client awslambdaric runs it.

Usage: python python-runtime.py module.function, with AWS_LAMBDA_RUNTIME_API in the environment and the function's folder as
the working directory. Where awslambdaric itself can be imported, it does the work. Needs Python 3.8 and nothing else.
"""

import decimal
import http.client
import importlib
import json
import logging
import os
import re
import sys
import time
import traceback
import uuid

API = "/2018-06-01/runtime/"
THIS_FILE = os.path.abspath(__file__)


class Fault(Exception):
    """An error of the runtime rather than of the function's code; it has a type of its own."""

    def __init__(self, error_type, message, trace=None):
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.trace = trace


class RuntimeApi:
    """The connection over which events come and answers go; it stays open."""

    def __init__(self, address):
        self._connection = http.client.HTTPConnection(address)

    def next(self):
        response, body = self._request("GET", "invocation/next")
        return response.headers, body

    def respond(self, request_id, body, content_type):
        self._request("POST", "invocation/%s/response" % request_id, body, {"Content-Type": content_type})

    def fail(self, path, error):
        body = to_json(error).encode("utf-8", "backslashreplace")
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Function-Error-Type": header_text(error["errorType"]),
        }
        self._request("POST", path, body, headers)

    def _request(self, method, path, body=None, headers=None):
        self._connection.request(method, API + path, body, headers or {})
        response = self._connection.getresponse()
        content = response.read()
        # An answer that is refused, because it is too large for instance, is the function's failure already.
        if response.status >= 500 or (response.status >= 400 and method == "GET"):
            raise ConnectionError("The Runtime API answered %s to %s %s" % (response.status, method, path))
        return response, content


def header_text(text):
    return text.encode("ascii", "replace").decode("ascii").replace("\n", " ").replace("\r", " ")


# JSON as simplejson writes it, which is awslambdaric's: decimals as numbers, named tuples as objects, bytes as text.


def to_json(value):
    numbers = []
    mark = "decimal:%s:" % uuid.uuid4().hex

    def plain(item, above):
        if isinstance(item, bytes):
            return item.decode("utf-8")
        if isinstance(item, decimal.Decimal):
            if item.is_nan():
                return float("nan")
            numbers.append(str(item))
            return mark + str(len(numbers) - 1)
        if isinstance(item, tuple) and callable(getattr(item, "_asdict", None)):
            item = item._asdict()
        if isinstance(item, (dict, list, tuple)):
            if id(item) in above:
                raise ValueError("Circular reference detected")
            above = above | {id(item)}
            if isinstance(item, dict):
                return {key.decode() if isinstance(key, bytes) else key: plain(each, above) for key, each in item.items()}
            return [plain(each, above) for each in item]
        return item

    # From 3.12 on the runtime leaves characters beyond ASCII as they are.
    text = json.dumps(plain(value, frozenset()), ensure_ascii=sys.version_info < (3, 12))
    return re.sub('"%s([0-9]+)"' % mark, lambda found: numbers[int(found.group(1))], text) if numbers else text


def from_json(body):
    try:
        return json.loads(body)
    except Exception as error:
        raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % error)


# The context of a call.


class Record:
    """An object with fixed members, each None where nothing is known."""

    __slots__ = ()

    def __init__(self, values):
        for name in self.__slots__:
            setattr(self, name, values.get(name))

    def __repr__(self):
        return "%s([%s])" % (
            type(self).__name__,
            ",".join("%s=%s" % (name, getattr(self, name)) for name in self.__slots__),
        )


class CognitoIdentity(Record):
    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")


class Client(Record):
    __slots__ = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")


class ClientContext(Record):
    __slots__ = ("custom", "env", "client")


class LambdaContext:
    def __init__(self, headers):
        self.aws_request_id = headers.get("Lambda-Runtime-Aws-Request-Id")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("Lambda-Runtime-Invoked-Function-Arn")
        self.tenant_id = headers.get("Lambda-Runtime-Aws-Tenant-Id")
        self.client_context = client_context(headers.get("Lambda-Runtime-Client-Context"))
        self.identity = CognitoIdentity({})
        self._deadline_ms = int(headers.get("Lambda-Runtime-Deadline-Ms") or 0)

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        names = (
            "aws_request_id",
            "log_group_name",
            "log_stream_name",
            "function_name",
            "memory_limit_in_mb",
            "function_version",
            "invoked_function_arn",
            "client_context",
            "identity",
            "tenant_id",
        )
        return "LambdaContext([%s])" % ",".join("%s=%s" % (name, getattr(self, name)) for name in names)


def client_context(text):
    if not text:
        return None
    try:
        values = json.loads(text)
    except Exception as error:
        raise Fault("Runtime.LambdaContextUnmarshalError", "Unable to parse Client Context JSON: %s" % error)
    context = ClientContext(values)
    if context.client is not None:
        context.client = Client(context.client)
    return context


# Logs, in the two formats of Lambda.

request_id_of_call = ""


class RequestIdFilter(logging.Filter):
    def filter(self, record):
        record.aws_request_id = request_id_of_call
        return True


class TextHandler(logging.StreamHandler):
    """The format of the record ends the line; standard output is looked up anew, because tests and tools replace it."""

    terminator = ""

    def emit(self, record):
        self.stream = sys.stdout
        super().emit(record)


class JsonFormatter(logging.Formatter):
    usual = set(vars(logging.makeLogRecord({}))) | {"message", "aws_request_id"}

    def format(self, record):
        entry = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": record.aws_request_id,
        }
        if record.exc_info:
            error_type, error, trace = record.exc_info
            entry["stackTrace"] = traceback.format_tb(trace)
            entry["errorType"] = error_type.__name__
            entry["errorMessage"] = str(error)
            entry["location"] = "%s:%s:%s" % (record.pathname, record.funcName, record.lineno)
        entry.update((key, value) for key, value in vars(record).items() if key not in self.usual and key not in entry)
        return json.dumps(entry, ensure_ascii=False, default=str) + "\n"


def is_json_log():
    return os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


def set_up_logging():
    logging.Formatter.converter = time.gmtime
    handler = TextHandler(sys.stdout)
    text = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
    handler.setFormatter(JsonFormatter() if is_json_log() else logging.Formatter(text, "%Y-%m-%dT%H:%M:%S"))
    handler.addFilter(RequestIdFilter())
    logger = logging.getLogger()
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper().replace("TRACE", "DEBUG")
    if isinstance(logging.getLevelName(level), int):
        logger.setLevel(level)
    logger.addHandler(handler)


def log_error(error):
    if is_json_log():
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        sys.stdout.write(to_json(dict({"timestamp": now, "log_level": "ERROR"}, **error)) + "\n")
        return
    lines = ["[ERROR] %s: %s" % (error["errorType"], error["errorMessage"]), "Traceback (most recent call last):"]
    for entry in error["stackTrace"]:
        lines += entry.splitlines()
    sys.stdout.write("\n".join(lines) + "\n")


# Errors.


def error_of_fault(fault, request_id=""):
    return make_error(fault.message, fault.error_type, fault.trace, request_id)


def error_of_exception(request_id=""):
    error_type, error, trace = sys.exc_info()
    # Without the columns, as AWS's client has them.
    frames = [(frame.filename, frame.lineno, frame.name, frame.line) for frame in traceback.extract_tb(trace)]
    # Those of this file come first.
    while frames and os.path.abspath(frames[0][0]) == THIS_FILE:
        frames.pop(0)
    return make_error(str(error), error_type.__name__, traceback.format_list(frames), request_id)


def make_error(message, error_type, trace, request_id):
    return {"errorMessage": message, "errorType": error_type, "requestId": request_id, "stackTrace": trace or []}


# The function.


def load_handler(name):
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise Fault(
            "Runtime.MalformedHandlerName",
            "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name,
        )
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault(
            "Runtime.BuiltInModuleConflict", "Cannot use built-in module %s as a handler module" % module_name
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error))
    except SyntaxError as error:
        trace = ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)]
        raise Fault("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error), trace)
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise Fault(
            "Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (function_name, module_name)
        )


def perform(api, handler, headers, body):
    request_id = headers.get("Lambda-Runtime-Aws-Request-Id")
    try:
        result, content_type = call(handler, headers, body)
    except Fault as fault:
        error = error_of_fault(fault, request_id)
    except Exception:
        error = error_of_exception(request_id)
    else:
        api.respond(request_id, result, content_type)
        return
    log_error(error)
    api.fail("invocation/%s/error" % request_id, error)


def call(handler, headers, body):
    context = LambdaContext(headers)
    result = handler(from_json(body), context)
    if isinstance(result, bytes):
        return result, "application/unknown"
    try:
        return to_json(result).encode("utf-8"), "application/json"
    except Exception as error:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: %s" % error)


def set_trace_id(trace_id):
    if trace_id is None:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
    else:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id


def run(handler_name):
    global request_id_of_call
    set_up_logging()
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        handler = load_handler(handler_name)
    except Fault as fault:
        error = error_of_fault(fault)
    except Exception:
        error = error_of_exception()
    else:
        while True:
            headers, body = api.next()
            request_id_of_call = headers.get("Lambda-Runtime-Aws-Request-Id") or ""
            set_trace_id(headers.get("Lambda-Runtime-Trace-Id"))
            perform(api, handler, headers, body)
    log_error(error)
    api.fail("init/error", error)
    sys.exit(1)


def aws_client():
    """The main function of awslambdaric, where it is installed with the part of it that is compiled."""
    try:
        from awslambdaric import __main__ as client
        from awslambdaric import lambda_runtime_client

        return client.main if lambda_runtime_client.runtime_client is not None else None
    except ImportError:
        return None


def main():
    # A script has its own folder there; a function has its folder.
    sys.path[0] = os.getcwd()
    if os.environ.get("AWS_EXECUTION_ENV") == "AWS_Lambda_python3":
        os.environ["AWS_EXECUTION_ENV"] = "AWS_Lambda_python%d.%d" % sys.version_info[:2]
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, write_through=True)
    client = aws_client()
    if client is not None:
        client(["awslambdaric", sys.argv[1]])
    else:
        run(sys.argv[1])


if __name__ == "__main__":
    main()
