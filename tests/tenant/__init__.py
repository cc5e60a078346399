"""A folder of a real library of Microsoft 365, made for a test and removed after it, with the words of the test server.

with opened(access(os.environ)) as tenant:
    file = tenant.add_file("Policies/leave.txt", "Thirty days.")
    tenant.set_permissions(file, [tenant.permission(tenant.bob)], inherits=True)
    tenant.write(file, "Thirty-one days.")
    tenant.settle()   # until delta tells of all that
    tenant.truth()    # what should be indexed

It asks Microsoft Graph by itself, by nothing of what it helps to test. The test server can stand for the tenant.
"""

from tests.tenant.access import Access, Missing, access
from tests.tenant.library import Tenant, opened
from tests.tenant.line import Refused

__all__ = ["Access", "Missing", "Refused", "Tenant", "access", "opened"]
