from rest_framework.authentication import SessionAuthentication


class First(SessionAuthentication):
    # ruleid: csrf-check-overridden
    def enforce_csrf(self, request):
        return


class Second(SessionAuthentication):
    # ruleid: csrf-check-overridden
    def enforce_csrf(self, request):
        return None


class Third(SessionAuthentication):
    # ruleid: csrf-check-overridden
    def enforce_csrf(self, request):
        pass


class Middleware:
    # ruleid: csrf-check-overridden
    def process_view(self, request, view, args, kwargs):
        request._dont_enforce_csrf_checks = True


class Other:
    # ruleid: csrf-check-overridden
    def process_request(self, request):
        setattr(request, "_dont_enforce_csrf_checks", True)


class Stricter(SessionAuthentication):
    # ok: csrf-check-overridden
    def enforce_csrf(self, request):
        super().enforce_csrf(request)
        audit(request)


class Named:
    # ok: csrf-check-overridden
    def enforce(self, request):
        return None


class Plain:
    # ok: csrf-check-overridden
    def process_request(self, request):
        request.started = True
