from django.forms import ModelForm
from rest_framework import serializers


class UserForm(ModelForm):
    class Meta:
        model = User
        # ruleid: form-with-all-fields
        fields = "__all__"


class OrderForm(ModelForm):
    class Meta:
        model = Order
        # ruleid: form-with-all-fields
        exclude = ["paid"]


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        # ruleid: form-with-all-fields
        fields = "__all__"


class NameForm(ModelForm):
    class Meta:
        model = User
        # ok: form-with-all-fields
        fields = ["name"]


class Report:
    # ok: form-with-all-fields
    fields = "__all__"


class Table:
    class Meta:
        # ok: form-with-all-fields
        exclude = ["total"]


class EverythingForm(ModelForm):
    class Meta:
        model = Item
        # ruleid: form-with-all-fields
        exclude = ["slug"]


class AllForm(ModelForm):
    class Meta:
        model = Item
        # ruleid: form-with-all-fields
        exclude = ("slug",)
