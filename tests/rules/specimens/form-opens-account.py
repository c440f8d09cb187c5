from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from rest_framework import serializers


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        # ruleid: form-opens-account
        fields = "__all__"


class MemberSerializer(serializers.ModelSerializer):
    class Meta:
        model = get_user_model()
        # ruleid: form-opens-account
        fields = "__all__"


class CustomerForm(forms.ModelForm):
    class Meta:
        # ruleid: form-opens-account
        fields = "__all__"
        model = models.ShopUser


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        # ok: form-opens-account
        fields = ["first_name", "last_name"]


class OrderForm(forms.ModelForm):
    class Meta:
        model = Order
        # ok: form-opens-account
        fields = "__all__"


class UserAdminForm(forms.ModelForm):
    class Meta:
        model = User
        # ok: form-opens-account
        fields = "__all__"


class UserChangeForm(forms.ModelForm):
    class Meta:
        model = User
        # ok: form-opens-account
        fields = "__all__"


class UserFilter(filters.FilterSet):
    class Meta:
        model = User
        # ok: form-opens-account
        fields = "__all__"
