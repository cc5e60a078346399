"""HPE Aruba Networking's switches: ArubaOS-Switch (ProCurve) and AOS-CX."""
