"""Unified procedure steps with odil, for want of a packaged peer.

scp PORT [HOST PORT AE]   a manager of one task, and a taker of reports; one line of JSON for each request. To whom it reports.
scu HOST PORT AE CALLS    makes calls (a JSON list) over one association; prints a JSON list of what was answered.
"""

import json
import sys

import odil

C_FIND, N_EVENT, N_GET, N_SET, N_ACTION, RESPONSE = 0x0020, 0x0100, 0x0110, 0x0120, 0x0130, 0x8000
PUSH, WATCH, PULL, EVENT = ("1.2.840.10008.5.1.4.34.6.%d" % number for number in (1, 2, 3, 4))
SYNTAXES = ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2"]
STATE, TRANSACTION, INSTANCE = "00741000", "00081195", "00080018"


def plain(data_set):
    return json.loads(odil.as_json(data_set))


def value(attributes, tag, default=""):
    return attributes.get(tag, {}).get("Value", [default])[0]


def data_set_of(attributes):
    return odil.from_json(json.dumps(attributes))


def message_of(command, attributes=None):
    set_ = odil.DataSet()
    for keyword, (vr, content) in command.items():
        set_.add(odil.Tag(keyword), [content], getattr(odil.VR, vr))
    set_.add(odil.Tag("CommandDataSetType"), [0x0101 if attributes is None else 1], odil.VR.US)
    if attributes is None:
        return odil.messages.Message(set_)
    return odil.messages.Message(set_, data_set_of(attributes))


class Manager:
    """One task, and of the state machine of PS3.4 CC.1.1 what a performer meets."""

    def __init__(self, report_to):
        self.task = {
            "00080016": {"vr": "UI", "Value": [PUSH]},
            INSTANCE: {"vr": "UI", "Value": ["2.25.4711"]},
            "00100010": {"vr": "PN", "Value": [{"Alphabetic": "DOE^JOHN"}]},
            "00100020": {"vr": "LO", "Value": ["P1"]},
            "00404005": {"vr": "DT", "Value": ["20261124090000"]},
            "00404018": {
                "vr": "SQ",
                "Value": [
                    {
                        "00080100": {"vr": "SH", "Value": ["121726"]},
                        "00080102": {"vr": "SH", "Value": ["DCM"]},
                        "00080104": {"vr": "LO", "Value": ["RT Treatment with Internal Verification"]},
                    }
                ],
            },
            "00404041": {"vr": "CS", "Value": ["READY"]},
            STATE: {"vr": "CS", "Value": ["SCHEDULED"]},
            "00741200": {"vr": "CS", "Value": ["HIGH"]},
            "00741204": {"vr": "LO", "Value": ["Deliver fraction 1"]},
        }
        self.transaction = None
        self.report_to = report_to

    def find(self, keys):
        wanted = value(keys, STATE)
        return [self.task] if wanted in ("", value(self.task, STATE)) else []

    def get(self):
        return {tag: content for tag, content in self.task.items() if tag != INSTANCE}

    def set(self, changes):
        if value(self.task, STATE) != "IN PROGRESS":
            return 0xC310
        if value(changes, TRANSACTION) != self.transaction:
            return 0xC301
        self.task.update({tag: content for tag, content in changes.items() if tag != TRANSACTION})
        return 0

    def act(self, action, information):
        if action in (3, 4):
            return 0
        if action == 2:
            return 0xC311 if value(self.task, STATE) == "COMPLETED" else 0
        state, transaction = value(information, STATE), value(information, TRANSACTION)
        if state == "IN PROGRESS":
            if self.transaction is not None:
                return 0xC302
            self.transaction = transaction
        elif transaction != self.transaction:
            return 0xC301
        elif state == "COMPLETED":
            performed = self.task.get("00741216", {}).get("Value", [{}])[0]
            if any(tag not in performed for tag in ("00404028", "00404050", "00404019", "00404051", "00404033")):
                return 0xC304
        self.task[STATE] = {"vr": "CS", "Value": [state]}
        return 0


def respond(association, field, command, status, context, attributes=None):
    request = "00001001" if field in (N_GET, N_SET, N_ACTION) else "00001000"
    answer = {
        "CommandField": ("US", field | RESPONSE),
        "MessageIDBeingRespondedTo": ("US", value(command, "00000110", 0)),
        "Status": ("US", status),
        "AffectedSOPClassUID": ("UI", context if field == C_FIND else PUSH),
    }
    if value(command, request):
        answer["AffectedSOPInstanceUID"] = ("UI", value(command, request))
    association.send_message(message_of(answer, attributes), context)


def serve(manager, association):
    message = association.receive_message()
    field, command = message.get_command_field(), plain(message.get_command_set())
    attributes = plain(message.get_data_set()) if message.has_data_set() else {}
    context = EVENT if field == N_EVENT else PULL
    uid = value(command, "00001000") or value(command, "00001001")
    status, subscribed = 0, False
    if field == C_FIND:
        for task in manager.find(attributes):
            respond(association, field, command, 0xFF00, context, task)
        respond(association, field, command, 0, context)
    elif field == N_GET:
        respond(association, field, command, 0, context, manager.get())
    else:
        if field == N_SET:
            status = manager.set(attributes)
        elif field == N_ACTION:
            action = value(command, "00001008", 0)
            status, subscribed = manager.act(action, attributes), action == 3
        respond(association, field, command, status, context)
    line = {"field": field, "uid": uid, "status": status, "attributes": attributes, "command": command}
    print(json.dumps(line), flush=True)
    if subscribed:
        report(manager)


def associate(host, port, called, calling, contexts):
    association = odil.Association()
    association.set_peer_host(host)
    association.set_peer_port(port)
    association.update_parameters().set_called_ae_title(called).set_calling_ae_title(
        calling
    ).set_presentation_contexts(contexts)
    association.associate()
    return association


def report(manager):
    context = odil.AssociationParameters.PresentationContext
    association = associate(*manager.report_to, "MANAGER", [context(EVENT, SYNTAXES, context.Role.SCP)])
    event = {
        "CommandField": ("US", N_EVENT),
        "MessageID": ("US", 1),
        "AffectedSOPClassUID": ("UI", PUSH),
        "AffectedSOPInstanceUID": ("UI", "2.25.4711"),
        "EventTypeID": ("US", 1),
    }
    information = {STATE: manager.task[STATE], "00404041": manager.task["00404041"]}
    association.send_message(message_of(event, information), EVENT)
    status = value(plain(association.receive_message().get_command_set()), "00000900", -1)
    print(json.dumps({"reported": status}), flush=True)
    association.release()


def scp(port, host=None, report_port=None, report_ae=None):
    manager = Manager((host, int(report_port or 0), report_ae))
    while True:
        association = odil.Association()
        try:
            association.receive_association("v4", int(port))
            while True:
                serve(manager, association)
        except (odil.AssociationReleased, odil.AssociationAborted):
            pass
        except Exception as error:  # a connection that only looks whether somebody listens
            print(json.dumps({"error": str(error)}), flush=True)


def scu(host, port, called, calls):
    role = odil.AssociationParameters.PresentationContext
    contexts = [role(uid, SYNTAXES, role.Role.SCU) for uid in (PULL, WATCH)]
    association = associate(host, int(port), called, "PERFORMER", contexts)
    results = []
    for number, call in enumerate(json.loads(calls), 1):
        command = {"CommandField": ("US", call["field"]), "MessageID": ("US", number)}
        if call["field"] == C_FIND:
            command.update({"AffectedSOPClassUID": ("UI", call["context"]), "Priority": ("US", 0)})
        else:
            command["RequestedSOPClassUID"] = ("UI", PUSH)
            command["RequestedSOPInstanceUID"] = ("UI", call["uid"])
        if "action" in call:
            command["ActionTypeID"] = ("US", call["action"])
        association.send_message(message_of(command, call.get("attributes")), call["context"])
        found = []
        while True:
            message = association.receive_message()
            status = value(plain(message.get_command_set()), "00000900", -1)
            if message.has_data_set():
                found.append(plain(message.get_data_set()))
            if status != 0xFF00:
                break
        results.append({"status": status, "found": found})
    association.release()
    print(json.dumps(results))


{"scp": scp, "scu": scu}[sys.argv[1]](*sys.argv[2:])
