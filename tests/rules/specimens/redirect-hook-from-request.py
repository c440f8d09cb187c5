from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import FormView, RedirectView


class Login(FormView):
    def get_success_url(self):
        # ruleid: redirect-hook-from-request
        return self.request.GET.get("next")


class Away(RedirectView):
    def get_redirect_url(self, *args, **kwargs):
        target = self.request.GET["to"]
        # ruleid: redirect-hook-from-request
        return target


class Adapter:
    def get_login_redirect_url(self, request):
        # ruleid: redirect-hook-from-request
        return request.POST["next"]


class Safe(FormView):
    def get_success_url(self):
        target = self.request.GET["next"]
        if url_has_allowed_host_and_scheme(target, None):
            # ok: redirect-hook-from-request
            return target
        # ok: redirect-hook-from-request
        return reverse("home")


class Local(FormView):
    def get_success_url(self):
        # ok: redirect-hook-from-request
        return f"/items/{self.request.POST['slug']}"


class Numbered(FormView):
    def get_success_url(self):
        # ok: redirect-hook-from-request
        return reverse("item", args=[self.request.POST["id"]])


class Listed(RedirectView):
    def get_redirect_url(self):
        target = self.request.GET["to"]
        if target not in ("/a", "/b"):
            # ok: redirect-hook-from-request
            return "/"
        # ok: redirect-hook-from-request
        return target


class Numeric(RedirectView):
    def get_redirect_url(self):
        # ok: redirect-hook-from-request
        return str(int(self.request.GET["page"]))


class Collected(FormView):
    def get_success_url(self):
        found = []
        found.append(self.request.GET["next"])
        # ruleid: redirect-hook-from-request
        return found[0]


class Counted(FormView):
    def get_redirect_url(self):
        page = int(self.request.GET["page"])
        # ok: redirect-hook-from-request
        return "%s" % page


class Login(FormView):
    def get_redirect_url(self):
        address = self.request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(url=address, allowed_hosts=self.hosts())
        # ok: redirect-hook-from-request
        return address if safe else ""

    def get_success_url(self):
        address = self.request.POST.get("next", "")
        logged = log(url=address)
        # ruleid: redirect-hook-from-request
        return address if logged else ""
