"""A RIS that takes modality performed procedure steps, with odil: one line of JSON for each request.

Argument: port. What a step may not do is answered as PS3.4 F.7 says: a second N-CREATE of one instance (0111H), an N-SET of
an unknown one (0112H) or of one that has ended (0110H). odil's own NCreateSCP wants an Attribute Identifier List (0000,1005)
in each request, which the standard does not know there; so the messages are answered here one by one.
"""

import json
import sys

import odil

N_CREATE, N_SET, RESPONSE = 0x0140, 0x0120, 0x8000
MPPS_CLASS = "1.2.840.10008.3.1.2.3.3"
steps = {}



def plain(data_set):
    return json.loads(odil.as_json(data_set))


def value(attributes, tag, default=""):
    return attributes.get(tag, {}).get("Value", [default])[0]


def status_of(field, uid, attributes):
    state = value(attributes, "00400252")
    if field == N_CREATE:
        if uid in steps:
            return 0x0111
    elif uid not in steps:
        return 0x0112
    elif steps[uid] != "IN PROGRESS":
        return 0x0110
    steps[uid] = state or steps[uid]
    return 0


def answer(association, message):
    command = plain(message.get_command_set())
    field = message.get_command_field()
    uid = value(command, "00001000" if field == N_CREATE else "00001001")
    attributes = plain(message.get_data_set()) if message.has_data_set() else {}
    status = status_of(field, uid, attributes)
    what = "N-CREATE" if field == N_CREATE else "N-SET"
    print(json.dumps({"what": what, "uid": uid, "status": status, "attributes": attributes}), flush=True)
    response = odil.DataSet()
    response.add(odil.Tag("AffectedSOPClassUID"), [MPPS_CLASS], odil.VR.UI)
    response.add(odil.Tag("CommandField"), [field | RESPONSE], odil.VR.US)
    response.add(odil.Tag("MessageIDBeingRespondedTo"), [value(command, "00000110", 0)], odil.VR.US)
    response.add(odil.Tag("CommandDataSetType"), [0x0101], odil.VR.US)
    response.add(odil.Tag("Status"), [status], odil.VR.US)
    response.add(odil.Tag("AffectedSOPInstanceUID"), [uid], odil.VR.UI)
    association.send_message(odil.messages.Message(response), MPPS_CLASS)


def main():
    port = int(sys.argv[1])
    while True:
        association = odil.Association()
        try:
            association.receive_association("v4", port)
            while True:
                answer(association, association.receive_message())
        except (odil.AssociationReleased, odil.AssociationAborted):
            pass
        except Exception as error:  # a connection that only looks whether somebody listens
            print(json.dumps({"what": "error", "text": str(error)}), flush=True)


main()
